import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ThreadId } from '../protocol/ids.ts';
import type { Thread } from '../protocol/thread.ts';
import type { DataAccess } from './identity.ts';
import { newId, sampleThread } from './samples.contract.ts';
import { settledConversation, type WorkspaceWorld } from './workspace-world.contract.ts';

export function workspaceStoreContract(name: string, create: () => Promise<WorkspaceWorld>): void {
  describe(`${name} as a workspace store`, () => {
    let world: WorkspaceWorld;
    let owner: DataAccess;
    let colleague: DataAccess;
    let stranger: DataAccess;
    let thread: Thread;
    let ofThread: DataAccess;

    beforeAll(async () => {
      world = await create();
      owner = await world.access.forUser(world.owner);
      colleague = await world.access.forUser(world.colleague);
      stranger = await world.access.forUser(world.stranger);
    });

    beforeEach(async () => {
      thread = newThread();
      await world.store.addThread(owner, thread, world.owner.userId);
      ofThread = await world.access.forThread(world.owner, thread.id);
    });

    describe('people, workspaces and agents', () => {
      it('answers', async () => {
        expect(await world.store.ping()).toBe(true);
      });

      it('refuses a token that does not verify', async () => {
        const forged = { token: 'forged' };

        await expect(world.store.thread(forged, thread.id)).rejects.toMatchObject({ code: 'unauthenticated' });
        await expect(world.store.agents(forged, world.workspaceId)).rejects.toMatchObject({ code: 'unauthenticated' });
      });

      it('shows the profiles of oneself and one’s colleagues', async () => {
        const { userId } = world.owner;

        expect(await world.store.profile(owner, userId)).toEqual({ name: world.owner.name });
        expect(await world.store.profile(colleague, userId)).toEqual({ name: world.owner.name });
        expect(await world.store.profile(stranger, userId)).toBeNull();
      });

      it('lists the workspaces of a user, with their own role', async () => {
        const roleIn = async (access: DataAccess, person: typeof world.owner) =>
          (await world.store.workspaces(access, person.userId)).find(({ id }) => id === world.workspaceId)?.role;

        expect(await roleIn(owner, world.owner)).toBe('owner');
        expect(await roleIn(colleague, world.colleague)).toBe('member');
        expect(await roleIn(stranger, world.stranger)).toBeUndefined();
      });

      it('shows agents to the members of their workspace only', async () => {
        const idsFor = async (access: DataAccess) =>
          (await world.store.agents(access, world.workspaceId)).map(({ id }) => id);

        expect(await idsFor(owner)).toContain(world.agentId);
        expect(await idsFor(colleague)).toContain(world.agentId);
        expect(await idsFor(stranger)).toEqual([]);
        expect(await world.store.agent(colleague, world.agentId)).toMatchObject({ workspaceId: world.workspaceId });
        expect(await world.store.agent(ofThread, world.agentId)).toMatchObject({ id: world.agentId });
        expect(await world.store.agent(stranger, world.agentId)).toBeNull();
        expect(await world.store.agent(owner, newId('agt'))).toBeNull();
      });
    });

    describe('threads', () => {
      it('shows a thread to its owner and to nobody else', async () => {
        expect(await world.store.thread(owner, thread.id)).toMatchObject({ id: thread.id, title: null });
        expect(await world.store.thread(ofThread, thread.id)).toMatchObject({ id: thread.id });
        expect(await world.store.thread(colleague, thread.id)).toBeNull();
        expect(await world.store.thread(stranger, thread.id)).toBeNull();
        expect(await world.store.thread(owner, newId('thr'))).toBeNull();
      });

      it('confines a run’s token to its own thread', async () => {
        const other = newThread();
        await world.store.addThread(owner, other, world.owner.userId);

        expect(await world.store.thread(ofThread, other.id)).toBeNull();
        expect(await world.store.openThread(ofThread, other.id, 10)).toBeNull();
        expect(await world.store.renameThread(ofThread, other.id, 'taken')).toBeNull();
        expect(await world.store.deleteThread(ofThread, other.id)).toBe(false);
      });

      it('adds a thread once', async () => {
        await world.store.renameThread(owner, thread.id, 'Named');

        const again = await world.store.addThread(owner, { ...thread, title: 'Other' }, world.owner.userId);

        expect(again.title).toBe('Named');
      });

      it('adds no thread to a workspace of others, for others, or under an id that is taken', async () => {
        const fresh = newThread();
        const taken = { ...thread, title: 'taken' };

        await expect(world.store.addThread(stranger, fresh, world.stranger.userId)).rejects.toThrow();
        await expect(world.store.addThread(colleague, fresh, world.owner.userId)).rejects.toThrow();
        await expect(world.store.addThread(colleague, taken, world.colleague.userId)).rejects.toThrow();
        expect(await world.store.thread(owner, fresh.id)).toBeNull();
        expect(await world.store.thread(owner, thread.id)).toMatchObject({ title: null });
      });

      it('adds no thread with an agent of another workspace', async () => {
        const foreign = { ...newThread(), agentId: world.foreignAgentId };

        await expect(world.store.addThread(owner, foreign, world.owner.userId)).rejects.toThrow();
        expect(await world.store.thread(owner, foreign.id)).toBeNull();
      });

      it('renames a thread, if asked only one without a title', async () => {
        const { store } = world;

        expect(await store.renameThread(stranger, thread.id, 'Stolen')).toBeNull();
        expect(await store.renameThread(colleague, thread.id, 'Stolen')).toBeNull();
        expect(await store.renameThread(ofThread, thread.id, 'First', true)).toMatchObject({ title: 'First' });
        expect(await store.renameThread(owner, thread.id, 'Second', true)).toBeNull();
        expect(await store.renameThread(owner, thread.id, 'Third')).toMatchObject({ id: thread.id, title: 'Third' });
        expect(await store.renameThread(owner, newId('thr'), 'Nothing')).toBeNull();
        expect(await store.thread(owner, thread.id)).toMatchObject({ title: 'Third' });
      });

      it('deletes a thread for its owner', async () => {
        expect(await world.store.deleteThread(stranger, thread.id)).toBe(false);
        expect(await world.store.deleteThread(colleague, thread.id)).toBe(false);
        expect(await world.store.deleteThread(owner, thread.id)).toBe(true);
        expect(await world.store.deleteThread(owner, thread.id)).toBe(false);
        expect(await world.store.thread(owner, thread.id)).toBeNull();
      });

      it('lists one’s own threads page by page, newest first, each once', async () => {
        for (let count = 0; count < 5; count += 1) await world.store.addThread(owner, newThread(), world.owner.userId);
        const all = await world.store.threads(owner, { workspaceId: world.workspaceId, limit: 100 });

        const paged: Thread[] = [];
        let cursor: string | undefined;
        do {
          const page = await world.store.threads(owner, { workspaceId: world.workspaceId, cursor, limit: 2 });
          paged.push(...page.data);
          cursor = page.nextCursor ?? undefined;
        } while (cursor);

        expect(paged).toEqual(all.data);
        expect(all.nextCursor).toBeNull();
        expect(new Set(paged.map(({ id }) => id)).size).toBe(paged.length);
        expect(paged.length).toBeGreaterThan(5);
        const times = paged.map(({ updatedAt }) => Date.parse(updatedAt));
        expect(times).toEqual(times.toSorted((a, b) => b - a));
      });

      it('lists no threads of others', async () => {
        const page = { workspaceId: world.workspaceId, limit: 10 };

        expect(await world.store.threads(colleague, page)).toEqual({ data: [], nextCursor: null });
        expect(await world.store.threads(stranger, page)).toEqual({ data: [], nextCursor: null });
      });

      it('refuses a cursor that is none', async () => {
        const page = { workspaceId: world.workspaceId, cursor: 'nonsense', limit: 10 };

        await expect(world.store.threads(owner, page)).rejects.toMatchObject({ code: 'invalid_request' });
        await expect(world.store.olderItems(owner, thread.id, 'nonsense', 10)).rejects.toMatchObject({
          code: 'invalid_request',
        });
      });
    });

    describe('what has settled', () => {
      it('opens a thread that has nothing yet', async () => {
        const opened = await world.store.openThread(owner, thread.id, 10);

        expect(opened).toMatchObject({ thread: { id: thread.id }, checkpointSeq: 0 });
        expect(opened?.page).toEqual({ items: [], runs: [], olderCursor: null });
      });

      it('keeps what a run projects, and shows it to the owner only', async () => {
        const { projection, items, runs } = settledConversation(world, thread.id, 2);

        expect(await world.store.project(ofThread, thread.id, projection)).toBe('written');

        const opened = await world.store.openThread(owner, thread.id, 10);
        expect(opened?.checkpointSeq).toBe(projection.checkpointSeq);
        expect(opened?.page).toEqual({ items, runs, olderCursor: null });
        for (const access of [colleague, stranger]) {
          expect(await world.store.openThread(access, thread.id, 10)).toBeNull();
          const page = await world.store.olderItems(access, thread.id, undefined, 10);
          expect(page).toEqual({ items: [], runs: [], olderCursor: null });
        }
      });

      it('takes the same projection twice, and an older one without going back', async () => {
        const { projection, items, runs } = settledConversation(world, thread.id, 2);
        const stale = {
          checkpointSeq: 1,
          runs: projection.runs.map((run) => ({ ...run, status: 'failed' as const })),
          items: projection.items.map(({ item, ...place }) => ({ ...place, item: { ...item, text: 'stale' } })),
        };

        await world.store.project(ofThread, thread.id, projection);
        await world.store.project(ofThread, thread.id, projection);
        await world.store.project(ofThread, thread.id, stale);

        const opened = await world.store.openThread(owner, thread.id, 10);
        expect(opened?.checkpointSeq).toBe(projection.checkpointSeq);
        expect(opened?.page).toMatchObject({ items, runs });
      });

      it('pages backwards through the items, with the runs of each page', async () => {
        const { projection, items, runs } = settledConversation(world, thread.id, 4);
        await world.store.project(ofThread, thread.id, projection);

        const newest = (await world.store.openThread(owner, thread.id, 3))?.page;
        const middle = await world.store.olderItems(owner, thread.id, newest?.olderCursor ?? undefined, 3);
        const oldest = await world.store.olderItems(owner, thread.id, middle.olderCursor ?? undefined, 3);

        expect(newest?.items).toEqual(items.slice(5));
        expect(middle.items).toEqual(items.slice(2, 5));
        expect(oldest.items).toEqual(items.slice(0, 2));
        expect(oldest.olderCursor).toBeNull();
        expect(newest?.runs).toEqual(runs.slice(2));
        expect(middle.runs).toEqual(runs.slice(1, 3));
        expect(oldest.runs.map(({ id }) => id)).toContain(runs[0]?.id);
      });

      it('reads backwards from any run, however far back, and finds items by their ids', async () => {
        const { projection, items, runs } = settledConversation(world, thread.id, 4);
        await world.store.project(ofThread, thread.id, projection);
        const [first, second] = runs;
        if (!first || !second) throw new Error('four runs');
        const wanted = [items[1], items[6]].flatMap((item) => item?.id ?? []);
        const found = async (access: DataAccess) =>
          (await world.store.items(access, thread.id, [...wanted, newId('itm')])).map(({ id }) => id).toSorted();

        const page = await world.store.itemsUpTo(owner, thread.id, second.id, 3);
        const rest = await world.store.olderItems(owner, thread.id, page?.olderCursor ?? undefined, 3);

        expect(page).toMatchObject({ items: items.slice(1, 4), runs: [first, second] });
        expect(rest).toEqual({ items: items.slice(0, 1), runs: [first], olderCursor: null });
        expect(await world.store.itemsUpTo(owner, thread.id, newId('run'), 3)).toBeNull();
        expect(await found(owner)).toEqual(wanted.toSorted());
        for (const access of [colleague, stranger]) {
          expect(await world.store.itemsUpTo(access, thread.id, second.id, 3)).toBeNull();
          expect(await found(access)).toEqual([]);
        }
      });

      it('knows the run that the tail of the log comes after, also when only a later one has items on the page', async () => {
        const { projection, runs } = settledConversation(world, thread.id, 3);
        const [, second, last] = runs;
        if (!second || !last) throw new Error('three runs');
        // The last run was cancelled while one between it and the second still works.
        const checkpointSeq = last.queuedSeq - 1;
        await world.store.project(ofThread, thread.id, { ...projection, checkpointSeq });

        const page = (await world.store.openThread(owner, thread.id, 1))?.page;

        expect(page?.runs.map(({ id }) => id)).toEqual([second.id, last.id]);
      });

      it('lists the runs that have ended, page by page, without their thread for others', async () => {
        const { projection, runs } = settledConversation(world, thread.id, 3);
        await world.store.project(ofThread, thread.id, projection);
        const newest = runs
          .map(({ id }) => id)
          .toSorted()
          .toReversed();
        const page = { workspaceId: world.workspaceId, statuses: ['completed'] as const };

        const first = await world.store.runs(owner, { ...page, limit: 2 });
        const rest = await world.store.runs(owner, { ...page, limit: 2, cursor: first.nextCursor ?? undefined });

        const mine = [...first.data, ...rest.data].filter(({ threadId }) => threadId === thread.id);
        expect(mine.map(({ id }) => id)).toEqual(newest.slice(0, mine.length));
        expect(first.data).toHaveLength(2);
        expect(await world.store.run(owner, thread.id, newest[0] ?? newId('run'))).toMatchObject({ id: newest[0] });
        expect(await world.store.run(colleague, thread.id, newest[0] ?? newId('run'))).toBeNull();
        expect((await world.store.runs(colleague, { ...page, limit: 2 })).data).toEqual([]);
        expect((await world.store.runs(owner, { ...page, statuses: ['failed'], limit: 2 })).data).toEqual([]);
      });

      it('lets only a token for this very thread write', async () => {
        const { projection } = settledConversation(world, thread.id, 1);
        const elsewhere = newThread();
        await world.store.addThread(owner, elsewhere, world.owner.userId);
        const ofAnother = await world.access.forThread(world.owner, elsewhere.id);
        const ofStranger = await world.access.forThread(world.stranger, thread.id);

        for (const access of [owner, colleague, ofAnother, ofStranger])
          await expect(world.store.project(access, thread.id, projection)).rejects.toThrow();
        expect((await world.store.openThread(owner, thread.id, 10))?.page.items).toEqual([]);
      });

      it('says that a deleted thread has gone', async () => {
        const { projection } = settledConversation(world, thread.id, 1);
        await world.store.deleteThread(owner, thread.id);

        expect(await world.store.project(ofThread, thread.id, projection)).toBe('gone');
        expect(await world.store.openThread(owner, thread.id, 10)).toBeNull();
      });
    });

    function newThread(id: ThreadId = newId('thr')): Thread {
      const at = new Date().toISOString();
      const { workspaceId, agentId } = world;
      return sampleThread({ id, workspaceId, agentId, createdAt: at, updatedAt: at });
    }
  });
}
