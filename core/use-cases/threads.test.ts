import { beforeEach, describe, expect, it } from 'vitest';
import { sweepAfterMs } from '../domain/run-record.ts';
import type { ThreadId } from '../protocol/ids.ts';
import { threadStream, userFeed } from './load-thread.ts';
import { sweep } from './sweep.ts';
import { createWorld, type World } from './testing.ts';
import { createThread, deleteThread, renameThread } from './threads.ts';

let world: World;

beforeEach(() => {
  world = createWorld();
});

const create = (title?: string) => createThread(world.deps, world.olga, { agentId: world.olga.agentId, title });
const stored = async (id: Awaited<ReturnType<typeof create>>['id']) =>
  world.deps.store.thread(await world.deps.minter.forUser(world.olga), id);

describe('a new thread', () => {
  it('is kept, and shown in the thread and in its owner’s feed', async () => {
    const thread = await create('Plans');

    expect(thread).toMatchObject({ title: 'Plans', status: 'active', workspaceId: world.olga.workspaceId });
    expect(await stored(thread.id)).toEqual(thread);
    for (const stream of [threadStream(thread.id), userFeed(world.olga.userId)]) {
      expect(await world.events(stream)).toMatchObject([{ event: { type: 'thread.created', thread } }]);
    }
  });

  it('has no title until something names it', async () => {
    expect((await create()).title).toBeNull();
  });

  it('needs an agent that its owner can see', async () => {
    const created = createThread(world.deps, world.olga, { agentId: world.sven.agentId });

    await expect(created).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a rename', () => {
  it('is kept, and told each time', async () => {
    const { id } = await create('Plans');

    await renameThread(world.deps, world.olga, id, 'Better plans');
    const renamed = await renameThread(world.deps, world.olga, id, 'Plans');

    expect(await stored(id)).toEqual(renamed);
    for (const stream of [threadStream(id), userFeed(world.olga.userId)]) {
      expect((await world.events(stream)).slice(1)).toMatchObject([
        { event: { type: 'thread.updated', thread: { title: 'Better plans' } } },
        { event: { type: 'thread.updated', thread: { title: 'Plans' } } },
      ]);
    }
  });

  it('of somebody else’s thread finds none', async () => {
    const { id } = await create('Plans');

    await expect(renameThread(world.deps, world.sven, id, 'Mine')).rejects.toMatchObject({ code: 'not_found' });
    expect(await stored(id)).toMatchObject({ title: 'Plans' });
  });
});

describe('a deleted thread', () => {
  it('is gone, and told', async () => {
    const { id } = await create('Plans');

    await deleteThread(world.deps, world.olga, id);

    expect(await stored(id)).toBeNull();
    for (const stream of [threadStream(id), userFeed(world.olga.userId)]) {
      expect((await world.events(stream)).at(-1)).toMatchObject({ event: { type: 'thread.deleted', threadId: id } });
    }
    await expect(deleteThread(world.deps, world.olga, id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('stops the run that goes on, and ends those that wait', async () => {
    const first = await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'One' } });
    const { threadId } = first;
    const second = await world.start(world.olga, { threadId, input: { text: 'Two' } });
    await world.claim(first.runId);

    await deleteThread(world.deps, world.olga, threadId);

    expect(await world.record(first.runId)).toMatchObject({ status: 'running', cancelRequested: true });
    expect(await world.record(second.runId)).toMatchObject({ status: 'cancelled', settled: true });
  });

  it('lets its last run end in peace', async () => {
    const { runId, threadId } = await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'One' } });
    await world.claim(runId);
    await deleteThread(world.deps, world.olga, threadId);

    await world.end(runId, { status: 'cancelled' });

    expect(await world.record(runId)).toMatchObject({ settled: true });
    expect(await stored(threadId)).toBeNull();
  });

  it('can only be one’s own', async () => {
    const { id } = await create('Plans');

    await expect(deleteThread(world.deps, world.sven, id)).rejects.toMatchObject({ code: 'not_found' });
    expect(await stored(id)).not.toBeNull();
  });
});

describe('the same request again', () => {
  const clientRequestId = 'request-key-1';
  const make = (title = 'Plans') =>
    createThread(world.deps, world.olga, { agentId: world.olga.agentId, title, clientRequestId });

  it('answers with the thread that it made, also when that was renamed, and tells nobody twice', async () => {
    const first = await make();
    await renameThread(world.deps, world.olga, first.id, 'Better plans');

    expect(await make()).toMatchObject({ id: first.id, title: 'Better plans' });
    expect(await world.types(userFeed(world.olga.userId))).toEqual(['thread.created', 'thread.updated']);
  });

  it('does not bring a deleted thread back', async () => {
    const { id } = await make();
    await deleteThread(world.deps, world.olga, id);

    expect(await make()).toMatchObject({ id });
    expect(await stored(id)).toBeNull();
  });

  it('with another content is refused', async () => {
    await make();

    await expect(make('Other')).rejects.toMatchObject({ code: 'idempotency_mismatch' });
  });
});

describe.each(['before', 'after'] as const)('a change that is cut off %s any step', (when) => {
  const lastOf = async (id: ThreadId) =>
    Promise.all(
      [threadStream(id), userFeed(world.olga.userId)].map(async (stream) => (await world.events(stream)).at(-1)?.event),
    );

  /** Cuts `act` off at its first step, its second, …, lets the sweep come by, and looks at what it has made of it. */
  async function cutOffEverywhere(act: (id: ThreadId) => Promise<unknown>, check: (id: ThreadId) => Promise<void>) {
    for (let step = 1; ; step += 1) {
      world = createWorld();
      const { id } = await create('Plans');
      world.breaker.cutAt(step, when);
      const isCut = await act(id).then(
        () => false,
        () => true,
      );
      world.breaker.mend();
      world.pass(sweepAfterMs.accepted + 1);
      const [first, second] = [await sweep(world.deps), await sweep(world.deps)];
      expect([first.failed, second.failed, second.threads]).toEqual([0, 0, 0]);
      await check(id);
      if (!isCut) return expect(step).toBeGreaterThan(5);
    }
  }

  it('is told as it is, when it was a rename', () =>
    cutOffEverywhere(
      (id) => renameThread(world.deps, world.olga, id, 'Better plans'),
      async (id) => {
        const title = (await stored(id))?.title;
        for (const event of await lastOf(id)) expect(event).toMatchObject({ thread: { id, title } });
      },
    ));

  it('is brought to its end or was never begun, when it was a deletion', () =>
    cutOffEverywhere(
      (id) => deleteThread(world.deps, world.olga, id),
      async (id) => {
        const type = (await stored(id)) ? 'thread.created' : 'thread.deleted';
        for (const event of await lastOf(id)) expect(event).toMatchObject({ type });
      },
    ));

  it('is brought to its end by the next try, when it was a new thread', async () => {
    for (let step = 1; ; step += 1) {
      world = createWorld();
      const make = () =>
        createThread(world.deps, world.olga, { agentId: world.olga.agentId, clientRequestId: 'request-key-1' });
      world.breaker.cutAt(step, when);
      const isCut = await make().then(
        () => false,
        () => true,
      );
      world.breaker.mend();

      const thread = await make();

      expect(await stored(thread.id)).toEqual(thread);
      expect(await world.types(userFeed(world.olga.userId))).toEqual(['thread.created']);
      expect(await world.types(threadStream(thread.id))).toEqual(['thread.created']);
      if (!isCut) return expect(step).toBeGreaterThan(5);
    }
  });
});
