import { beforeEach, describe, expect, it } from 'vitest';
import { sweepAfterMs } from '../domain/run-record.ts';
import { sampleWait } from '../ports/samples.contract.ts';
import type { RunId, ThreadId } from '../protocol/ids.ts';
import { usage } from '../protocol/testing.ts';
import { loadThread } from './load-thread.ts';
import { blockerOf, parkRun } from './park-run.ts';
import { sweep } from './sweep.ts';
import { createWorld, type World } from './testing.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const hourMs = 3_600_000;
const ended = { status: 'cancelled', usage } as const;
const say = (text: string, threadId?: ThreadId) =>
  world.start(world.olga, { ...(threadId ? { threadId } : { agentId: world.olga.agentId }), input: { text } });

/** Does what a worker does that is handed a run although an earlier one of its thread has not ended. */
async function putAside(runId: RunId): Promise<'parked' | 'lost' | null | undefined> {
  const claimed = await world.claim(runId);
  if (claimed?.kind !== 'claimed') throw new Error(`The run is ${claimed?.kind}.`);
  const loaded = await loadThread(world.deps, await world.deps.minter.forUser(world.olga), claimed.record.threadId, 1);
  const behind = loaded && blockerOf(loaded.view, runId);
  return behind && parkRun(world.deps, claimed.record, behind);
}

/** A run that waits for a person, and two messages behind it that workers have put aside. */
async function threeRuns() {
  const first = await say('One');
  await world.suspend(
    first.runId,
    sampleWait({ requestedAtMs: world.deps.now(), expiresAtMs: world.deps.now() + 9e8 }),
  );
  const [second, third] = [await say('Two', first.threadId), await say('Three', first.threadId)];
  await world.queued();
  for (const { runId } of [second, third]) expect(await putAside(runId)).toBe('parked');
  return [first.runId, second.runId, third.runId] as const;
}

describe('runs of a thread in which one waits', () => {
  it('come one after the other when it has ended', async () => {
    const [first, second, third] = await threeRuns();
    expect(await world.queued()).toEqual([]);

    await world.end(first, ended);
    expect(await world.record(second)).toMatchObject({ enqueued: true, sendAs: `${second}-after-${first}` });
    expect(await world.claim(second)).toMatchObject({ kind: 'claimed' });
    expect(await world.claim(third)).toMatchObject({ kind: 'illegal_transition' });

    await world.end(second, ended);
    expect(await world.claim(third)).toMatchObject({ kind: 'claimed' });
  });

  it('are left alone by the sweep, however long it takes', async () => {
    await threeRuns();

    for (let hours = 0; hours < 6; hours += 1) {
      world.pass(hourMs);
      expect(Object.values(await sweep(world.deps)).every((count) => count === 0)).toBe(true);
    }
  });

  it('are given up only when no worker takes them for two hours after their turn has come', async () => {
    const [first, second] = await threeRuns();
    world.pass(3 * hourMs);
    await world.end(first, ended);

    for (let minutes = 0; minutes < 115; minutes += 1) {
      world.pass(60_000);
      expect(await sweep(world.deps)).toMatchObject({ given_up: 0, failed: 0 });
    }
    expect(await world.record(second)).toMatchObject({ status: 'queued' });
    world.pass(11 * 60_000);

    expect(await sweep(world.deps)).toMatchObject({ given_up: 1 });
    expect(await world.record(second)).toMatchObject({ status: 'failed', outcome: { error: { code: 'worker_lost' } } });
  });

  it('are woken when the other ends while they are put aside', async () => {
    const first = await say('One');
    const second = await say('Two', first.threadId);
    const claimed = await world.claim(second.runId);
    if (claimed?.kind !== 'claimed') throw new Error('not claimed');
    await world.end(first.runId, ended);

    expect(await parkRun(world.deps, claimed.record, first.runId)).toBe('parked');

    expect(await world.record(second.runId)).toMatchObject({ enqueued: true });
    expect(await world.record(second.runId)).not.toHaveProperty('behind');
  });

  it.each(['before', 'after'] as const)(
    'are woken by the sweep when whoever ended it is cut off %s any step',
    async (when) => {
      for (let step = 1; ; step += 1) {
        world = createWorld();
        const [first, second] = await threeRuns();
        world.breaker.cutAt(step, when);
        const isCut = await world.end(first, ended).then(
          () => false,
          () => true,
        );
        world.breaker.mend();
        world.pass(sweepAfterMs.parked + 1);
        await sweep(world.deps);
        world.pass(sweepAfterMs.accepted + 1);
        await sweep(world.deps);

        expect(await world.queued()).toEqual([second]);
        if (!isCut) return expect(step).toBeGreaterThan(5);
      }
    },
  );
});

it('is left alone by the sweep while it is queued behind a run that works', async () => {
  const first = await say('One');
  const second = await say('Two', first.threadId);
  await world.queued();
  for (let minutes = 0; minutes < 180; minutes += 10) {
    world.pass(600_000);
    // The worker of the first one is alive: it claims again and again in this test, as a renewal would.
    await world.claim(first.runId);
    const report = await sweep(world.deps);
    expect([report.requeued, report.given_up]).toEqual([0, 0]);
  }
  expect((await world.record(second.runId)).status).toBe('queued');
});
