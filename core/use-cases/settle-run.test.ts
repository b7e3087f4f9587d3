import { beforeEach, describe, expect, it } from 'vitest';
import { end, type Outcome, type RunRecord } from '../domain/run-record.ts';
import type { Event } from '../protocol/event.ts';
import { usage } from '../protocol/testing.ts';
import { threadStream } from './load-thread.ts';
import { settleRun } from './settle-run.ts';
import { createWorld, type World } from './testing.ts';

const outcomes: Outcome[] = [
  { status: 'completed', usage },
  { status: 'failed', error: { code: 'turn_limit', message: 'too many turns' }, usage },
  { status: 'failed', error: { code: 'turn_limit', message: 'too many turns' } },
  { status: 'cancelled', usage },
  { status: 'cancelled' },
  { status: 'timed_out', usage },
];

let world: World;

beforeEach(() => {
  world = createWorld();
});

/** A run whose end is decided, but written nowhere else. */
async function ended(outcome: Outcome): Promise<RunRecord> {
  const { runId } = await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Hello' } });
  await world.claim(runId);
  const record = await world.deps.runs.change(runId, (run) => end(run, outcome, world.deps.now()));
  if (record?.kind !== 'ended') throw new Error('the run did not end');
  return record.record;
}

async function stored({ threadId, userId, isAnonymous }: RunRecord) {
  const access = await world.deps.minter.forUser({ userId, isAnonymous });
  return world.deps.store.openThread(access, threadId, 10);
}

describe('the end of a run', () => {
  it('of a thread in which a later version has written is told, and the rest is left to that version', async () => {
    const record = await ended({ status: 'cancelled' });
    const stream = threadStream(record.threadId);
    const dreamt = { type: 'dreamt' } as unknown as Event;
    await world.deps.log.append(stream, { batchId: 'newer', events: [dreamt] });

    await settleRun(world.deps, record);
    await settleRun(world.deps, record);

    const types = await world.types(stream);
    expect(types.filter((type) => type === 'run.cancelled')).toHaveLength(1);
    expect(await world.record(record.runId)).toMatchObject({ status: 'cancelled', settled: false });
    expect(await stored(record)).toMatchObject({ checkpointSeq: 0, page: { items: [], runs: [] } });
  });

  it.each(outcomes)('is written into the log and into Postgres: %j', async (outcome) => {
    const record = await ended(outcome);

    await settleRun(world.deps, record);

    const { status, ...rest } = outcome;
    const events = await world.events(threadStream(record.threadId));
    expect(events.at(-1)?.event).toEqual({ type: `run.${status}`, ...rest });
    expect(await stored(record)).toMatchObject({
      checkpointSeq: events.length,
      page: { items: [{ text: 'Hello' }], runs: [{ id: record.runId, status }] },
    });
    expect(await world.record(record.runId)).toMatchObject({ settled: true });
  });

  it('is written once, however often and by how many it is written', async () => {
    const record = await ended({ status: 'completed', usage });

    await Promise.all([settleRun(world.deps, record), settleRun(world.deps, record)]);
    await settleRun(world.deps, record);

    const types = await world.types(threadStream(record.threadId));
    expect(types).toEqual(['thread.created', 'run.queued', 'item.added', 'run.completed']);
    expect((await stored(record))?.page.items).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)('is made whole after it was cut off %s any step', async (when) => {
    for (let step = 1; ; step += 1) {
      world = createWorld();
      const record = await ended({ status: 'completed', usage });
      world.breaker.cutAt(step, when);
      const isCut = await settleRun(world.deps, record).then(
        () => false,
        () => true,
      );
      world.breaker.mend();

      await settleRun(world.deps, record);

      expect(await world.types(threadStream(record.threadId))).toHaveLength(4);
      expect(await stored(record)).toMatchObject({ checkpointSeq: 4 });
      expect(await world.record(record.runId)).toMatchObject({ settled: true });
      if (isCut) continue;
      expect(step).toBe(7);
      return;
    }
  });

  it('is not written before it is decided', async () => {
    const { runId, threadId } = await world.start(world.olga, {
      agentId: world.olga.agentId,
      input: { text: 'Hello' },
    });

    await settleRun(world.deps, await world.record(runId));

    expect(await world.types(threadStream(threadId))).toHaveLength(3);
    expect(await world.record(runId)).toMatchObject({ settled: false });
  });
});
