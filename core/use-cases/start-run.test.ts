import { beforeEach, describe, expect, it } from 'vitest';
import { PlatformError } from '../errors.ts';
import type { AgentId, ThreadId } from '../protocol/ids.ts';
import { usage } from '../protocol/testing.ts';
import { threadStream, userFeed } from './load-thread.ts';
import { type StartRun, startRun } from './start-run.ts';
import { sweep } from './sweep.ts';
import { createWorld, type World } from './testing.ts';
import { createThread, deleteThread } from './threads.ts';

const clientRequestId = 'request-0001';
const input = { text: 'What time is it?' };
const failed = { status: 'failed', error: { code: 'model_unavailable', message: 'down' } } as const;

let world: World;

beforeEach(() => {
  world = createWorld();
});

describe('a message to an agent', () => {
  it('makes a thread, puts the run into the log and into the queue', async () => {
    const { runId, threadId, inputItemId } = await world.start(world.olga, { agentId: world.olga.agentId, input });

    expect(await world.events(threadStream(threadId))).toMatchObject([
      { seq: 1, runId, event: { type: 'thread.created', thread: { id: threadId, title: 'What time is it?' } } },
      { seq: 2, runId, event: { type: 'run.queued', run: { id: runId, status: 'queued', inputItemId } } },
      { seq: 3, runId, event: { type: 'item.added', item: { id: inputItemId, text: 'What time is it?' } } },
    ]);
    expect(await world.types(userFeed(world.olga.userId))).toEqual(['thread.created']);
    expect(await world.queued()).toEqual([runId]);
    expect(await world.record(runId)).toMatchObject({ newThread: true, requestId: 'request-1', isAnonymous: false });
  });

  it('goes to the thread that it names, and to the agent that has it', async () => {
    const { id: threadId } = await newThread('Named');

    const { runId } = await world.start(world.olga, { threadId, input });

    expect(await world.types(threadStream(threadId))).toEqual(['thread.created', 'run.queued', 'item.added']);
    expect(await world.record(runId)).toMatchObject({ threadId, agentId: world.olga.agentId, acceptedAfterSeq: 1 });
  });

  it('goes to the agent that it names, and so does another answer to it', async () => {
    const bo = world.hire('Bo');
    const { id: threadId } = await newThread('Named');

    const { runId } = await world.start(world.olga, { threadId, agentId: bo, input, clientRequestId });
    await world.end(runId, { status: 'completed', usage });
    const again = await world.start(world.olga, { threadId, agentId: bo, input, clientRequestId });
    const anew = await world.start(world.olga, { threadId, regenerate: runId });
    const edited = await world.start(world.olga, { threadId, replaces: runId, input });
    const other = await world.start(world.olga, { threadId, regenerate: runId, agentId: world.olga.agentId });

    const chosen = { agentId: bo, agentChosen: true };
    expect(again.runId).toBe(runId);
    expect(await world.record(runId)).toMatchObject(chosen);
    expect(await world.record(anew.runId)).toMatchObject(chosen);
    expect(await world.record(edited.runId)).toMatchObject(chosen);
    expect(await world.record(other.runId)).toMatchObject({ ...chosen, agentId: world.olga.agentId });
    await expect(world.start(world.olga, { threadId, input, clientRequestId })).rejects.toMatchObject({
      code: 'idempotency_mismatch',
    });
  });

  it('goes to the agent that was chosen for it also when it is tried again', async () => {
    const bo = world.hire('Bo');
    const { threadId } = await world.start(world.olga, { agentId: world.olga.agentId, input });
    const { runId } = await world.start(world.olga, { threadId, agentId: bo, input });
    await world.end(runId, { status: 'cancelled' });

    const retry = await world.start(world.olga, { threadId, retryOf: runId, clientRequestId });
    const again = await world.start(world.olga, { threadId, retryOf: runId, clientRequestId });

    expect(again).toEqual(retry);
    expect(await world.record(retry.runId)).toMatchObject({ agentId: bo, agentChosen: true });
  });

  it('waits behind the run that goes on in its thread', async () => {
    const first = await world.start(world.olga, { agentId: world.olga.agentId, input });
    const { threadId } = first;

    const second = await world.start(world.olga, { threadId, input });

    expect(second.runId).not.toBe(first.runId);
    expect(await world.queued()).toEqual([first.runId]);
  });

  it('names a thread that has no title, in all tabs', async () => {
    const { id: threadId } = await newThread();

    await world.start(world.olga, { threadId, input });
    await world.start(world.olga, { threadId, input: { text: 'Another' } });

    expect(await titleOf(threadId)).toBe('What time is it?');
    const named = { event: { type: 'thread.updated', thread: { title: 'What time is it?' } } };
    expect((await world.events(threadStream(threadId)))[1]).toMatchObject(named);
    expect((await world.events(userFeed(world.olga.userId))).slice(1)).toMatchObject([named]);
  });
});

describe('what nobody may start', () => {
  it.each([
    ['in a thread of somebody else', async () => ({ threadId: (await newThread()).id })],
    ['in a thread that does not exist', async () => ({ threadId: world.deps.newId('thr') })],
    ['with an agent of somebody else', async () => ({ agentId: world.olga.agentId })],
    [
      'in their thread with an agent of somebody else',
      async () => {
        const { id: threadId } = await createThread(world.deps, world.sven, { agentId: world.sven.agentId });
        return { threadId, agentId: world.olga.agentId };
      },
    ],
    ['with an agent that does not exist', async () => ({ agentId: world.deps.newId('agt') })],
  ])('is a run %s', async (_, place) => {
    const where = await place();

    await expect(world.start(world.sven, { ...where, input })).rejects.toMatchObject({ code: 'not_found' });
    expect(world.metrics.recorded['RunsRefused not_found']).toEqual([1]);
    expect(await world.queued()).toEqual([]);
  });

  it('is a run in a thread that is locked', async () => {
    const thread = { ...(await newThread()), id: world.deps.newId('thr'), status: 'locked' as const };
    await world.deps.store.addThread(await world.deps.minter.forUser(world.olga), thread, world.olga.userId);

    const started = world.start(world.olga, { threadId: thread.id, input });

    await expect(started).rejects.toMatchObject({ code: 'conflict', message: 'The thread is locked.' });
  });

  it.each([
    [{}, 'input'],
    [{ input }, 'agentId'],
  ])('is a run that says too little: %j', async (request, path) => {
    await expect(world.start(world.olga, request)).rejects.toMatchObject({
      code: 'invalid_request',
      details: [{ path }],
    });
  });

  it.each([
    ['tried again', async () => ({ retryOf: world.deps.newId('run') })],
    ['put into a run', async () => ({ input, delivery: 'steer' as const })],
  ])('is a run that is %s by another agent', async (_, request) => {
    const { id: threadId } = await newThread();

    const started = world.start(world.olga, { threadId, agentId: world.olga.agentId, ...(await request()) });

    await expect(started).rejects.toMatchObject({ code: 'invalid_request', details: [{ path: 'agentId' }] });
  });

  it('is a run that answers a message and tries another again', async () => {
    const { id: threadId } = await newThread();
    const retryOf = world.deps.newId('run');

    const started = world.start(world.olga, { threadId, input, retryOf });

    await expect(started).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('who admits a run', () => {
  const refuse = () => Promise.reject(new PlatformError('rate_limited', 'Too many runs.'));
  const start = (place: Pick<StartRun, 'threadId' | 'agentId'>, admit: Parameters<typeof startRun>[4]) =>
    startRun(world.deps, world.olga, { ...place, input, clientRequestId }, 'request-1', admit);

  it('is told the workspace, and nothing is written when they refuse', async () => {
    const told: unknown[] = [];

    const started = start({ agentId: world.olga.agentId }, async (workspaceId) => {
      told.push(await workspaceId);
      await refuse();
    });

    await expect(started).rejects.toMatchObject({ code: 'rate_limited' });
    expect(told).toEqual([world.olga.workspaceId]);
    expect(await world.queued()).toEqual([]);
    expect(await world.types(userFeed(world.olga.userId))).toEqual([]);
  });

  it('is not heard when there is no such place', async () => {
    const elsewhere = { agentId: world.sven.agentId };

    await expect(start(elsewhere, refuse)).rejects.toMatchObject({ code: 'not_found' });
    await expect(start(elsewhere, async (id) => void (await id))).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a run that is tried again', () => {
  it.each([failed, { status: 'cancelled' } as const])('answers the same message when it was $status', async (end) => {
    const first = await world.start(world.olga, { agentId: world.olga.agentId, input });
    const { threadId } = first;
    await world.end(first.runId, end);

    const second = await world.start(world.olga, { threadId, retryOf: first.runId });

    expect(second).toMatchObject({ threadId, inputItemId: first.inputItemId });
    const last = (await world.events(threadStream(threadId))).at(-1);
    expect(last?.event).toMatchObject({ type: 'run.queued', run: { id: second.runId, retryOf: first.runId } });
  });

  it('is not one that goes on or has its answer', async () => {
    const { runId, threadId } = await world.start(world.olga, { agentId: world.olga.agentId, input });

    await expect(world.start(world.olga, { threadId, retryOf: runId })).rejects.toMatchObject({ code: 'conflict' });
    await world.end(runId, { status: 'completed', usage });
    await expect(world.start(world.olga, { threadId, retryOf: runId })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is not one of another thread, or of somebody else', async () => {
    const { runId } = await world.start(world.olga, { agentId: world.olga.agentId, input });
    await world.end(runId, failed);
    const { id: threadId } = await newThread();
    const retries = await Promise.allSettled([
      world.start(world.olga, { threadId, retryOf: runId }),
      world.start(world.olga, { agentId: world.olga.agentId, retryOf: runId }),
      world.start(world.sven, { agentId: world.sven.agentId, retryOf: runId }),
      world.start(world.olga, { threadId, retryOf: world.deps.newId('run') }),
    ]);

    expect(retries).toMatchObject(Array(4).fill({ status: 'rejected', reason: { code: 'not_found' } }));
  });
});

describe('the same request again', () => {
  it('has the same answer, and starts one run', async () => {
    const request = { agentId: world.olga.agentId, input, clientRequestId };

    const atOnce = await Promise.all([1, 2, 3].map(() => world.start(world.olga, request)));
    const later = await world.start(world.olga, request);

    expect(atOnce).toEqual([later, later, later]);
    expect(await world.queued()).toEqual([later.runId]);
    expect(await world.types(threadStream(later.threadId))).toHaveLength(3);
    expect(await world.types(userFeed(world.olga.userId))).toEqual(['thread.created']);
  });

  it('has the same answer when its run has ended, without a second effect', async () => {
    const request = { agentId: world.olga.agentId, input, clientRequestId };
    const first = await world.start(world.olga, request);
    await world.claim(first.runId);
    await world.end(first.runId, failed);
    const before = await world.types(threadStream(first.threadId));

    expect(await world.start(world.olga, request)).toEqual(first);
    expect(await world.types(threadStream(first.threadId))).toEqual(before);
  });

  it('does not bring a thread back that was deleted meanwhile', async () => {
    const request = { agentId: world.olga.agentId, input, clientRequestId };
    const first = await world.start(world.olga, request);
    await deleteThread(world.deps, world.olga, first.threadId);

    expect(await world.start(world.olga, request)).toEqual(first);
    expect(await titleOf(first.threadId)).toBeUndefined();
  });

  it.each([
    ['text', () => ({ agentId: world.olga.agentId, input: { text: 'Other' } })],
    ['place', async () => ({ threadId: (await newThread()).id, input })],
  ])('with another %s is refused', async (_, other) => {
    await world.start(world.olga, { agentId: world.olga.agentId, input, clientRequestId });

    const again = world.start(world.olga, { ...(await other()), clientRequestId });

    await expect(again).rejects.toMatchObject({ code: 'idempotency_mismatch' });
  });

  it('of somebody else is another request', async () => {
    const first = await world.start(world.olga, { agentId: world.olga.agentId, input, clientRequestId });

    const second = await world.start(world.sven, { agentId: world.sven.agentId, input, clientRequestId });

    expect(second.runId).not.toBe(first.runId);
  });
});

describe.each(['before', 'after'] as const)('a request that is cut off %s any step', (when) => {
  const places: [string, () => Promise<{ agentId: AgentId } | { threadId: ThreadId }>][] = [
    ['with a new thread', async () => ({ agentId: world.olga.agentId })],
    ['in a thread without a title', async () => ({ threadId: (await newThread()).id })],
    ['in a thread with a title', async () => ({ threadId: (await newThread('Named')).id })],
  ];

  it.each(places)('is made whole by the next try, %s', async (_, place) => {
    await cutOffEverywhere(place, async (request) => {
      const answer = await world.start(world.olga, request);

      expect(await world.start(world.olga, request)).toEqual(answer);
      expect(await world.queued()).toEqual([answer.runId]);
      return answer.threadId;
    });
  });

  it.each(places)('is made whole by the sweep once it was recorded, %s', async (_, place) => {
    await cutOffEverywhere(place, async (request) => {
      world.pass(60_000);

      const first = await sweep(world.deps);
      const second = await sweep(world.deps);

      expect({ ...first, accepted: 0 }).toEqual(second);
      expect(Object.values(second).some((count) => count > 0)).toBe(false);
      const queued = await world.queued();
      if (queued.length === 0) return null;
      return (await world.start(world.olga, request)).threadId;
    });
  });

  /** Cuts the request off at its first step, its second, … and looks each time at what `repair` makes of it. */
  async function cutOffEverywhere(
    place: () => Promise<{ agentId: AgentId } | { threadId: ThreadId }>,
    repair: (request: StartRun) => Promise<ThreadId | null>,
  ) {
    let whole = 0;
    for (let step = 1; ; step += 1) {
      world = createWorld();
      const request: StartRun = { ...(await place()), input, clientRequestId };
      world.breaker.cutAt(step, when);
      const isCut = await world.start(world.olga, request).then(
        () => false,
        () => true,
      );
      world.breaker.mend();
      if (!isCut) {
        expect(step).toBeGreaterThan(6);
        expect(whole).toBeGreaterThan(1);
        return;
      }

      const threadId = await repair(request);

      if (!threadId) continue;
      whole += 1;
      const types = await world.types(threadStream(threadId));
      expect(types.toSorted()).toEqual([...new Set(types)].toSorted());
      expect(types.slice(-2)).toEqual(['run.queued', 'item.added']);
      expect(await titleOf(threadId)).toMatch(/What time is it\?|Named/);
      const feed = await world.events(userFeed(world.olga.userId));
      expect(feed.at(-1)?.event).toMatchObject({ thread: { id: threadId, title: await titleOf(threadId) } });
      expect(feed.length).toBeLessThanOrEqual(2);
    }
  }
});

const newThread = (title?: string) => createThread(world.deps, world.olga, { agentId: world.olga.agentId, title });

async function titleOf(threadId: ThreadId): Promise<string | null | undefined> {
  const access = await world.deps.minter.forUser(world.olga);
  return (await world.deps.store.thread(access, threadId))?.title;
}
