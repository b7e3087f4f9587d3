import { expect, it } from 'vitest';
import { createOpenAiAgentRunner } from '#adapters/models/openai-agent-runner.ts';
import { call, createModel, plainDeps, text } from '#adapters/models/testing.ts';
import { claim } from '#core/domain/run-lease.ts';
import { startRun } from '#core/use-cases/start-run.ts';
import { attemptRun } from './run-attempt.ts';
import { createWorld, heldRun, lookTool } from './testing.ts';

it('is read at the very next turn, and no watch over the run has to come before that', async () => {
  const { model, asked } = createModel(() => (asked.length === 1 ? [call('a', 'look')] : text('Seen.')));
  const look = lookTool(async () => {
    await startRun(world, world.caller, { ...steered, clientRequestId: crypto.randomUUID() }, 'request-2');
  });
  const world = createWorld({ tools: [look], agent: { tools: ['look'] } });
  const { runId, threadId } = await world.send('Look.');
  const steered = { threadId, input: { text: 'And be brief.' }, delivery: 'steer' as const };
  const worker = { owner: 'worker-1', nowMs: world.now(), leaseMs: 20_000 };
  const claimed = await world.runs.change(runId, (record) => claim(record, worker));
  if (claimed?.kind !== 'claimed') throw new Error(`the run is ${claimed?.kind}`);
  const runner = createOpenAiAgentRunner({ ...plainDeps(), tools: [look], findModel: () => model });

  await attemptRun({ ...world, runner }, heldRun(world, claimed.record));

  expect(asked).toHaveLength(2);
  expect(JSON.stringify(asked[1]?.input)).toContain('And be brief.');
  expect(await world.texts(threadId)).toEqual(['Look.', 'And be brief.', 'Seen.']);
});
