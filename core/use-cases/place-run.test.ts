import { beforeEach, describe, expect, it } from 'vitest';
import { consumeSteers } from '../domain/run-steering.ts';
import type { RunId, ThreadId } from '../protocol/ids.ts';
import { usage } from '../protocol/testing.ts';
import { applyEvents, emptyThreadView } from '../protocol/thread-view.ts';
import { newestHistory } from './load-history.ts';
import { loadThread, threadStream } from './load-thread.ts';
import type { StartRun } from './start-run.ts';
import { sweep } from './sweep.ts';
import { createWorld, type World } from './testing.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const completed = { status: 'completed', usage } as const;
const failed = { status: 'failed', error: { code: 'model_unavailable', message: 'down' } } as const;
const say = (text: string, request: Partial<StartRun> = {}) =>
  world.start(world.olga, {
    ...(request.threadId ? {} : { agentId: world.olga.agentId }),
    input: { text },
    ...request,
  });
const viewOf = async (threadId: ThreadId) => applyEvents(emptyThreadView, await world.events(threadStream(threadId)));

/** What the agent of a run reads, as text. */
async function read(threadId: ThreadId, runId: RunId) {
  const access = await world.deps.minter.forUser(world.olga);
  const thread = await loadThread(world.deps, access, threadId, 1);
  if (!thread) throw new Error('There is no such thread.');
  const { items } = await newestHistory(world.deps, { access, threadId, runId }, thread);
  return items.map((item) => (item.type === 'user_message' ? item.text : item.type));
}

/** A thread with runs that have ended, one after the other. */
async function conversation(...texts: readonly string[]) {
  const runs: RunId[] = [];
  let threadId: ThreadId | undefined;
  for (const text of texts) {
    const run = await say(text, { threadId });
    threadId = run.threadId;
    runs.push(run.runId);
    await world.end(run.runId, completed);
  }
  if (!threadId) throw new Error('Say something.');
  return { threadId, runs };
}

describe('a run', () => {
  it('answers a message anew beside the first answer', async () => {
    const { threadId, runs } = await conversation('One', 'Two');
    const second = await world.record(runs[1] ?? world.deps.newId('run'));

    const again = await world.start(world.olga, { threadId, regenerate: second.runId });

    expect(again.inputItemId).toBe(second.inputItemId);
    expect((await viewOf(threadId)).runs[again.runId]).toMatchObject({
      parentRunId: runs[0],
      regenerates: second.runId,
    });
    expect(await read(threadId, again.runId)).toEqual(['One', 'Two']);
  });

  it('takes an edited message beside the one that it replaces', async () => {
    const { threadId, runs } = await conversation('One', 'Two', 'Three');

    const edited = await say('Two, but better', { threadId, replaces: runs[1] });

    expect((await viewOf(threadId)).runs[edited.runId]).toMatchObject({ parentRunId: runs[0], replaces: runs[1] });
    expect(await read(threadId, edited.runId)).toEqual(['One', 'Two, but better']);
  });

  it('comes after the run that it names', async () => {
    const { threadId, runs } = await conversation('One', 'Two', 'Three');

    const next = await say('Instead', { threadId, after: runs[0] });

    expect(await read(threadId, next.runId)).toEqual(['One', 'Instead']);
  });

  it('stands where it should also beside a run that is long settled', async () => {
    const { threadId, runs } = await conversation('One', 'Two', ...Array.from({ length: 5 }, (_, n) => `More ${n}`));
    const access = await world.deps.minter.forUser(world.olga);
    const newest = await loadThread(world.deps, access, threadId, 1);

    const edited = await say('One, but better', { threadId, replaces: runs[0] });
    const again = await world.start(world.olga, { threadId, regenerate: runs[1] });

    expect(newest?.view.runs[runs[1] ?? world.deps.newId('run')]).toBeUndefined();
    const { runs: shown } = await viewOf(threadId);
    expect([shown[edited.runId]?.parentRunId, shown[again.runId]?.parentRunId]).toEqual([null, runs[0]]);
  });

  it.each(['regenerate', 'replaces'] as const)('cannot be used for %s while it goes on', async (kind) => {
    const { threadId, runId } = await say('One');
    const request = kind === 'replaces' ? { input: { text: 'Other' }, replaces: runId } : { regenerate: runId };

    await expect(world.start(world.olga, { threadId, ...request })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is of this thread', async () => {
    const { runs } = await conversation('One');
    const { threadId } = await conversation('Elsewhere');
    const requests = [
      { regenerate: runs[0] },
      { input: { text: 'x' }, replaces: runs[0] },
      { input: { text: 'x' }, after: runs[0] },
    ];

    for (const request of requests)
      await expect(world.start(world.olga, { threadId, ...request })).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([{ regenerate: true }, { replaces: true }] as const)(
    'is another request with another %j',
    async (request) => {
      const { threadId, runs } = await conversation('One', 'Two');
      const clientRequestId = crypto.randomUUID();
      const ask = (runId: RunId | undefined) =>
        world.start(world.olga, {
          threadId,
          clientRequestId,
          ...('regenerate' in request ? { regenerate: runId } : { input: { text: 'x' }, replaces: runId }),
        });

      const first = await ask(runs[0]);

      expect(await ask(runs[0])).toEqual(first);
      await expect(ask(runs[1])).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    },
  );
});

describe('a message to a run that works', () => {
  async function working() {
    const run = await say('Write a poem.');
    await world.queued();
    await world.claim(run.runId);
    return run;
  }

  it('is put into it, shown at once, and starts no run of its own', async () => {
    const { runId, threadId } = await working();

    const steered = await say('Shorter.', { threadId, delivery: 'steer' });

    expect(steered.runId).toBe(runId);
    expect((await world.record(runId)).steered).toMatchObject([{ text: 'Shorter.', itemId: steered.inputItemId }]);
    const view = await viewOf(threadId);
    expect(Object.keys(view.runs)).toEqual([runId]);
    expect(view.items.at(-1)).toMatchObject({ runId, text: 'Shorter.', delivery: 'steer' });
    expect(await world.queued()).toEqual([]);
    world.pass(3_600_000);
    expect((await sweep(world.deps)).accepted).toBe(0);
  });

  it('is put into it once, also when it is sent again after the run has ended', async () => {
    const { runId, threadId } = await working();
    const clientRequestId = crypto.randomUUID();
    const first = await say('Shorter.', { threadId, delivery: 'steer', clientRequestId });
    await world.deps.runs.change(runId, (record) => consumeSteers(record, 1, [first.inputItemId]));
    await world.end(runId, completed);

    expect(await say('Shorter.', { threadId, delivery: 'steer', clientRequestId })).toEqual(first);
    expect((await world.types(threadStream(threadId))).filter((type) => type === 'item.added')).toHaveLength(2);
  });

  it('is a run of its own when none works', async () => {
    const { threadId, runs } = await conversation('One');

    const own = await say('Two', { threadId, delivery: 'steer' });

    expect(runs).not.toContain(own.runId);
    expect(await world.record(own.runId)).toMatchObject({ status: 'queued', enqueued: true });
  });

  it('is a run of its own when the other ends before it can take it', async () => {
    const { runId, threadId } = await working();
    const change = world.deps.runs.change.bind(world.deps.runs);
    const runs: World['deps']['runs'] = {
      ...world.deps.runs,
      change: async (id, decide) => {
        if (id === runId) await world.end(runId, completed);
        return change(id, decide);
      },
    };
    const { startRun } = await import('./start-run.ts');
    const request: StartRun = {
      threadId,
      input: { text: 'Two' },
      delivery: 'steer',
      clientRequestId: crypto.randomUUID(),
    };

    const own = await startRun({ ...world.deps, runs }, world.olga, request, 'request-1');

    expect(own.runId).not.toBe(runId);
    expect(await read(threadId, own.runId)).toEqual(['Write a poem.', 'Two']);
    expect(await world.record(own.runId)).toMatchObject({ status: 'queued', enqueued: true });
  });

  it('is kept in Postgres also when the other ends before the message stands in the log', async () => {
    const { runId, threadId } = await working();
    const change = world.deps.runs.change.bind(world.deps.runs);
    const runs: World['deps']['runs'] = {
      ...world.deps.runs,
      change: async (id, decide) => {
        const answer = await change(id, decide);
        if (id === runId) await world.end(runId, completed);
        return answer;
      },
    };
    const kept: string[] = [];
    const store: World['deps']['store'] = {
      ...world.deps.store,
      project: (access, id, projection) => {
        kept.push(JSON.stringify(projection));
        return world.deps.store.project(access, id, projection);
      },
    };
    const { startRun } = await import('./start-run.ts');
    const clientRequestId = crypto.randomUUID();
    const request: StartRun = { threadId, input: { text: 'Shorter.' }, delivery: 'steer', clientRequestId };

    await startRun({ ...world.deps, runs, store }, world.olga, request, 'request-1');

    expect(kept.at(-1)).toContain('Shorter.');
  });

  it('is read by the next try when the run fails before it has read it', async () => {
    const { runId, threadId } = await working();
    await say('Shorter.', { threadId, delivery: 'steer' });
    await world.end(runId, failed);

    const retry = await world.start(world.olga, { threadId, retryOf: runId });

    expect((await world.record(retry.runId)).steered).toMatchObject([{ text: 'Shorter.', consumed: false }]);
  });

  it.each(['before', 'after'] as const)(
    'is put into it once, also when the request is cut off %s any step',
    async (when) => {
      for (let step = 1; ; step += 1) {
        world = createWorld();
        const { runId, threadId } = await working();
        const request = { threadId, delivery: 'steer', clientRequestId: crypto.randomUUID() } as const;
        world.breaker.cutAt(step, when);
        const isCut = await say('Shorter.', request).then(
          () => false,
          () => true,
        );
        world.breaker.mend();
        world.pass(15_001);
        await sweep(world.deps);

        const steered = await say('Shorter.', request);

        expect(steered.runId).toBe(runId);
        const { items } = await viewOf(threadId);
        expect(items.map((item) => item.type === 'user_message' && item.text)).toEqual(['Write a poem.', 'Shorter.']);
        expect(await world.queued()).toEqual([]);
        if (!isCut) return expect(step).toBeGreaterThan(6);
      }
    },
  );
});
