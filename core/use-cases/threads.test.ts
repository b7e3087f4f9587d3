import { beforeEach, describe, expect, it } from 'vitest';
import { threadStream, userFeed } from './load-thread.ts';
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
