// A run that a worker of an earlier version had begun is brought to its end by this one, through the real agent runner.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { threadStream } from '#core/use-cases/load-thread.ts';
import { createRunnerWorld, type RunUnderWay } from './run-under-way.ts';

const folder = new URL('../fixtures/formats/runs-under-way/', import.meta.url);
const frozen = readdirSync(folder).map((file): [string, RunUnderWay] => [
  file,
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
]);

it.each(frozen)('goes on with %s, and does nothing twice', async (_file, { ids, record, journal, log }) => {
  const { world, work, asked } = createRunnerWorld(ids);
  const { runId, threadId, userId } = record;
  await world.runs.create(record, { text: 'Look around.' });
  for (const batch of log) {
    const [first] = batch.events;
    if (first?.type === 'thread.created') await world.store.addThread(await world.access(), first.thread, userId);
    await world.log.append(threadStream(threadId), batch);
  }
  for (const entry of journal) await world.journal.put(runId, entry);

  await work(runId);

  expect(await world.record(runId)).toMatchObject({ status: 'completed', settled: true, attempt: 2 });
  // The model's first answer and both calls of it are the journal's.
  expect(asked).toEqual(['model 1', 'look {"of":"z"}', 'model 1']);
  expect((await world.viewOf(threadId)).items).toMatchObject([
    { type: 'user_message', text: 'Look around.' },
    { type: 'agent_message', text: 'I look around.', status: 'completed' },
    { type: 'tool_call', status: 'completed', result: { output: 'seen {"of":"x"}' } },
    { type: 'tool_call', status: 'completed', result: { output: 'seen {"of":"y"}' } },
    { type: 'tool_call', status: 'completed', result: { output: 'seen {"of":"z"}' } },
    { type: 'agent_message', text: 'That was all of it.', status: 'completed' },
  ]);
});
