import { beforeEach, describe, expect, it } from 'vitest';
import { release, renew } from '../domain/run-lease.ts';
import { sweepAfterMs } from '../domain/run-record.ts';
import { projectTrouble, unavailable } from '../errors.ts';
import { sampleWait } from '../ports/samples.contract.ts';
import type { Event } from '../protocol/event.ts';
import type { RunId, ThreadId } from '../protocol/ids.ts';
import { isTerminal } from '../protocol/run.ts';
import { usage } from '../protocol/testing.ts';
import { buryRun } from './bury-run.ts';
import { cancelRun } from './cancel-run.ts';
import { threadStream } from './load-thread.ts';
import { startRun } from './start-run.ts';
import { type SweepReport, sweep } from './sweep.ts';
import { createWorld, type World } from './testing.ts';
import { renameThread } from './threads.ts';

const hourMs = 3_600_000;
const nothing: SweepReport = {
  accepted: 0,
  requeued: 0,
  resumed: 0,
  announced: 0,
  expired: 0,
  settled: 0,
  given_up: 0,
  threads: 0,
  failed: 0,
};

let world: World;

beforeEach(() => {
  world = createWorld();
});

const begin = (text = 'Hello') => world.start(world.olga, { agentId: world.olga.agentId, input: { text } });

/** Begins a run whose request is cut off right after it was recorded. */
async function beginHalf(): Promise<RunId> {
  const runs = world.deps.runs;
  let runId: RunId | undefined;
  const cut = {
    ...world.deps,
    runs: {
      ...runs,
      create: async (...given: Parameters<typeof runs.create>) => {
        runId = (await runs.create(...given)).record.runId;
        throw unavailable('The run store', new Error('cut'));
      },
    },
  };
  const request = { agentId: world.olga.agentId, input: { text: 'Hello' }, clientRequestId: crypto.randomUUID() };
  await startRun(cut, world.olga, request, 'request-1').catch(() => {});
  if (!runId) throw new Error('the run was not recorded');
  return runId;
}

const endsOf = async (threadId: ThreadId) =>
  (await world.types(threadStream(threadId))).filter((type) => /^run\.(completed|failed|cancelled)$/.test(type));

describe('a sweep', () => {
  it('finds nothing to do in the normal case', async () => {
    await begin();

    expect(await sweep(world.deps)).toEqual(nothing);
  });

  it('accepts a run whose request was cut off', async () => {
    const runId = await beginHalf();
    world.pass(sweepAfterMs.accepted + 1);

    expect(await sweep(world.deps)).toEqual({ ...nothing, accepted: 1 });
    expect(await sweep(world.deps)).toEqual(nothing);
    const { threadId, enqueued } = await world.record(runId);
    expect(enqueued).toBe(true);
    expect(await world.types(threadStream(threadId))).toEqual(['thread.created', 'run.queued', 'item.added']);
    expect(await world.queued()).toEqual([runId]);
  });

  it('does no harm to a run that only waits for a worker', async () => {
    const { runId, threadId } = await begin();
    world.pass(sweepAfterMs.accepted + 1);

    await sweep(world.deps);

    expect(await world.types(threadStream(threadId))).toHaveLength(3);
    expect(await world.queued()).toEqual([runId]);
    expect(await world.queued()).toEqual([]);
  });

  it('queues a run again whose worker and message are gone', async () => {
    const { runId } = await begin();
    const [lost] = await world.deps.queue.receive(1, 0);
    await world.claim(runId);
    await world.deps.queue.delete(lost?.receipt ?? '');
    world.pass(5 * 60_000);

    expect(await sweep(world.deps)).toEqual({ ...nothing, requeued: 1 });
    expect(await sweep(world.deps)).toEqual(nothing);
    expect(await world.queued()).toEqual([runId]);
    expect(await world.claim(runId)).toMatchObject({ kind: 'claimed', record: { attempt: 2 } });
  });

  it('leaves a run to the worker that took it while the sweep was at it', async () => {
    const { runId } = await begin();
    await world.claim(runId);
    world.pass(5 * 60_000);
    const { queue } = world.deps;
    const send = async (...given: Parameters<typeof queue.send>) => {
      await queue.send(...given);
      await world.claim(runId);
    };

    await sweep({ ...world.deps, queue: { ...queue, send } });

    expect((await world.record(runId)).dueAtMs).toBe(world.deps.now() + 20_000 + sweepAfterMs.lease);
  });

  it('writes down the end of a run that was cut off at its end', async () => {
    const { runId, threadId } = await begin();
    await world.claim(runId);
    world.breaker.cutAt(2, 'before');
    await expect(world.end(runId, { status: 'completed', usage })).rejects.toThrow();
    world.breaker.mend();
    world.pass(sweepAfterMs.ended + 1);

    expect(await sweep(world.deps)).toEqual({ ...nothing, settled: 1 });
    expect(await sweep(world.deps)).toEqual(nothing);
    expect(await endsOf(threadId)).toEqual(['run.completed']);
    expect(await world.record(runId)).toMatchObject({ settled: true });
  });

  it('does not count an end that it leaves to a later version', async () => {
    const { runId, threadId } = await begin();
    const dreamt = { type: 'dreamt' } as unknown as Event;
    await world.deps.log.append(threadStream(threadId), { batchId: 'newer', events: [dreamt] });
    await world.end(runId, { status: 'cancelled' });

    for (let round = 0; round < 2; round += 1) {
      world.pass(hourMs);
      expect(await sweep(world.deps)).toEqual(nothing);
    }
    expect(await world.record(runId)).toMatchObject({ status: 'cancelled', settled: false });
    expect(world.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('gives a run up that nobody could end for two hours', async () => {
    const { runId, threadId } = await begin();
    world.pass(2 * hourMs + 1);

    expect(await sweep(world.deps)).toEqual({ ...nothing, given_up: 1 });
    expect(await sweep(world.deps)).toEqual(nothing);
    expect(await endsOf(threadId)).toEqual(['run.failed']);
    expect(await world.record(runId)).toMatchObject({ outcome: { error: { code: 'worker_lost' } }, settled: true });
  });

  it.each(['in the queue', 'with a worker that died'] as const)(
    'gives up no run that comes behind another one, %s, until two hours after its turn has come',
    async (where) => {
      const first = await begin();
      await world.claim(first.runId);
      const second = await world.start(world.olga, { threadId: first.threadId, input: { text: 'And then?' } });
      if (where === 'with a worker that died') await world.claim(second.runId);
      const minute = async () => {
        world.pass(60_000);
        expect(await sweep(world.deps)).toMatchObject({ given_up: 0, failed: 0 });
      };
      for (let minutes = 0; minutes < 5 * 60; minutes += 1) {
        await world.deps.runs.change(first.runId, (run) => renew(run, 1, world.deps.now() + 120_000));
        await minute();
      }
      await world.end(first.runId, { status: 'completed', usage });
      for (let minutes = 0; minutes < (where === 'in the queue' ? 110 : 50); minutes += 1) await minute();

      expect(isTerminal((await world.record(second.runId)).status)).toBe(false);
      world.pass(2 * hourMs);
      expect(await sweep(world.deps)).toMatchObject({ given_up: 1 });
      expect(await world.record(second.runId)).toMatchObject({ outcome: { error: { code: 'worker_lost' } } });
    },
  );

  it('counts the silence of a run that could not be sent for hours from when it was', async () => {
    await beginHalf();
    world.pass(3 * hourMs);
    expect(await sweep(world.deps)).toEqual({ ...nothing, accepted: 1 });
    world.pass(sweepAfterMs.queued + 1);

    expect(await sweep(world.deps)).toEqual({ ...nothing, requeued: 1 });
  });

  it('counts the silence of a run from when a worker gave it back', async () => {
    const { runId } = await begin();
    await world.claim(runId);
    world.pass(3 * hourMs);
    await world.deps.runs.change(runId, (run) => release(run, 1, world.deps.now()));
    world.pass(hourMs);

    expect(await sweep(world.deps)).toEqual({ ...nothing, requeued: 1 });
  });

  it('ends a run that was to be cancelled when its worker died, once the run is handed out again', async () => {
    const { runId } = await begin();
    await world.claim(runId);
    await cancelRun(world.deps, world.olga, runId);
    world.pass(60_000);

    expect(await world.claim(runId)).toMatchObject({ kind: 'ended', record: { status: 'cancelled', settled: false } });
  });

  it('does the others when one fails, says so, and lets it wait', async () => {
    const poisoned = await beginHalf();
    world.pass(1);
    const other = await beginHalf();
    world.pass(sweepAfterMs.accepted);
    world.pass(1);
    const { queue } = world.deps;
    const send = async (message: Parameters<typeof queue.send>[0]) => {
      if (message.runId === poisoned) throw unavailable('The run queue', new Error('down'));
      await queue.send(message);
    };
    const deps = { ...world.deps, queue: { ...queue, send } };

    expect(await sweep(deps, 1)).toEqual({ ...nothing, failed: 1 });
    expect(await sweep(deps, 1)).toEqual({ ...nothing, accepted: 1 });
    expect(world.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { level: 'error', fields: { runId: poisoned } },
    ]);
    expect(await world.queued()).toEqual([other]);
    world.pass(sweepAfterMs.failedRepair + 1);
    expect(await sweep(world.deps)).toEqual({ ...nothing, accepted: 1 });
  });
});

describe('a sweep whose repairs hurt', () => {
  it('has put a run off before it repairs it, so that the next sweep does not begin with what this one died of', async () => {
    const poisoned = await beginHalf();
    world.pass(1);
    await beginHalf();
    world.pass(sweepAfterMs.accepted + 1);
    const { queue } = world.deps;
    // It never returns, as in a process that is gone.
    const died = new Promise<void>((reached) => {
      const send = () => {
        reached();
        return new Promise<never>(() => {});
      };
      void sweep({ ...world.deps, queue: { ...queue, send } }, 1);
    });
    await died;

    expect((await world.record(poisoned)).dueAtMs).toBe(world.deps.now() + sweepAfterMs.failedRepair);
    expect(await sweep(world.deps, 1)).toEqual({ ...nothing, accepted: 1 });
    world.pass(sweepAfterMs.failedRepair + 1);
    expect(await sweep(world.deps)).toEqual({ ...nothing, accepted: 1 });
  });

  it('lets a run rest for as long as before that it leaves alone', async () => {
    const { runId } = await begin();
    world.pass(5 * 60_000 + 1);

    expect(await sweep(world.deps)).toEqual({ ...nothing, requeued: 1 });

    expect((await world.record(runId)).dueAtMs).toBe(world.deps.now() + sweepAfterMs.queued);
  });

  it.each(['project_unavailable', 'project_unusable'] as const)(
    'asks a workspace whose own project fails with %s no more, and does the others',
    async (code) => {
      const agentId = world.hire('Bob');
      const mine = [await begin(), await world.start(world.olga, { agentId, input: { text: 'Hello' } })];
      const theirs = await world.start(world.sven, { agentId: world.sven.agentId, input: { text: 'Hello' } });
      world.pass(2 * hourMs + 1);
      const { store } = world.deps;
      const asked: ThreadId[] = [];
      const openThread = async (...given: Parameters<typeof store.openThread>) => {
        asked.push(given[1]);
        if (given[1] !== theirs.threadId) throw projectTrouble(code, 'It is slow.');
        return store.openThread(...given);
      };
      const deps = { ...world.deps, store: { ...store, openThread } };

      expect(await sweep(deps)).toEqual({ ...nothing, given_up: 1, failed: 1 });

      expect(new Set(asked)).toEqual(new Set([mine[0]?.threadId, theirs.threadId]));
      for (const { runId } of mine)
        expect((await world.record(runId)).dueAtMs).toBeGreaterThan(world.deps.now() + sweepAfterMs.failedRepair - 1);
    },
  );

  it('puts off a change of a thread that cannot be finished, and does the next one', async () => {
    const [first, second] = [await begin(), await begin()];
    for (const { threadId } of [first, second]) {
      const done = async () => {
        throw unavailable('The outbox', new Error('cut'));
      };
      const threadOutbox = { ...world.deps.threadOutbox, done };
      await renameThread({ ...world.deps, threadOutbox }, world.olga, threadId, 'Plans').catch(() => {});
      world.pass(1);
    }
    world.pass(sweepAfterMs.accepted);
    const { store } = world.deps;
    const thread = async (...given: Parameters<typeof store.thread>) => {
      if (given[1] === first.threadId) throw projectTrouble('project_unavailable', 'It is slow.');
      return store.thread(...given);
    };
    const runs = { ...world.deps.runs, listDue: async () => [] };
    const deps = { ...world.deps, runs, store: { ...store, thread } };

    expect(await sweep(deps, 1)).toEqual({ ...nothing, failed: 1 });
    expect(await sweep(deps, 1)).toEqual({ ...nothing, threads: 1 });
  });

  it('begins no more repairs when they have taken their time, and then does the threads', async () => {
    const [first, second] = [await begin(), await begin()];
    world.pass(5 * 60_000 + 1);
    const { queue } = world.deps;
    const send = async (...given: Parameters<typeof queue.send>) => {
      await queue.send(...given);
      world.pass(20_001);
    };
    let isAsked = false;
    const listDue = async () => {
      isAsked = true;
      return [];
    };
    const threadOutbox = { ...world.deps.threadOutbox, listDue };

    const report = await sweep({ ...world.deps, queue: { ...queue, send }, threadOutbox });

    expect(report).toEqual({ ...nothing, requeued: 1 });
    expect(isAsked).toBe(true);
    const due = (await world.deps.runs.listDue(world.deps.now(), 10)).map(({ runId }) => runId);
    expect(due).toEqual([second.runId]);
    expect(due).not.toContain(first.runId);
  });
});

describe('a dead letter', () => {
  const message = async (runId: RunId) => {
    const { threadId, workspaceId } = await world.record(runId);
    return { version: 1 as const, runId, threadId, workspaceId, requestId: 'request-1' };
  };

  it('ends its run with a reason, and is kept with it', async () => {
    const { runId, threadId } = await begin();
    await world.claim(runId);
    world.pass(20_000);
    const letter = await message(runId);

    await buryRun(world.deps, letter);

    const record = await world.record(runId);
    expect(record).toMatchObject({ status: 'failed', settled: true, outcome: { error: { code: 'worker_lost' } } });
    expect(JSON.parse(record.deadLetter ?? '')).toEqual(letter);
    expect(await endsOf(threadId)).toEqual(['run.failed']);
  });

  it('of a run that somebody works on, or that waits to be answered, is only kept', async () => {
    const [worked, waiting] = [await begin(), await begin()];
    await world.suspend(waiting.runId, sampleWait());
    await world.claim(worked.runId);

    for (const { runId } of [worked, waiting]) await buryRun(world.deps, await message(runId));

    expect(await world.record(worked.runId)).toMatchObject({ status: 'running', deadLetter: expect.any(String) });
    expect(await world.record(waiting.runId)).toMatchObject({
      status: 'awaiting_approval',
      deadLetter: expect.any(String),
    });
    expect(await endsOf(worked.threadId)).toEqual([]);
  });

  it('changes nothing about a run that has ended, or when it comes twice', async () => {
    const { runId, threadId } = await begin();
    await world.end(runId, { status: 'completed', usage });

    await buryRun(world.deps, await message(runId));
    await buryRun(world.deps, await message(runId));

    expect(await world.record(runId)).toMatchObject({ status: 'completed' });
    expect(await endsOf(threadId)).toEqual(['run.completed']);
  });

  it('of a run that nobody knows is logged', async () => {
    const { runId } = await begin();
    const letter = { ...(await message(runId)), runId: world.deps.newId('run') };

    await buryRun(world.deps, letter);

    expect(world.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { level: 'error', fields: { runId: letter.runId } },
    ]);
  });
});
