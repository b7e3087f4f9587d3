import { expect, it } from 'vitest';
import type { RunRecord } from '../domain/run-record.ts';
import { newRunRecord } from '../domain/run-record.ts';
import { enqueueRun } from './enqueue-run.ts';
import { createWorld } from './testing.ts';

/** A run that stands in its record and has not been handed to the workers. */
async function recorded(world: ReturnType<typeof createWorld>): Promise<RunRecord> {
  const { runId } = await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Hello' } });
  const { runId: _, ...given } = await world.record(runId);
  const other = { runId: world.deps.newId('run'), threadId: world.deps.newId('thr') };
  const record = newRunRecord({ ...given, ...other, clientRequestId: crypto.randomUUID() });
  await world.deps.runs.create(record, { text: 'Hello' });
  return record;
}

it('leaves the record alone when a worker has claimed the run by then', async () => {
  const world = createWorld();
  const record = await recorded(world);
  let claimed: RunRecord | undefined;

  await enqueueRun(world.deps, record, async () => {
    await world.claim(record.runId);
    claimed = await world.record(record.runId);
  });

  expect(claimed).toMatchObject({ status: 'running', attempt: 1, enqueued: true });
  expect(await world.record(record.runId)).toEqual(claimed);
});

it('notes that the run is in the queue when nobody has taken it up', async () => {
  const world = createWorld();
  const record = await recorded(world);

  await enqueueRun(world.deps, record);

  expect(await world.record(record.runId)).toMatchObject({ status: 'queued', enqueued: true });
  expect(await world.queued()).toContain(record.runId);
});
