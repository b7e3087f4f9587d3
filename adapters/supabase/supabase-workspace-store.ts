import * as z from 'zod';
import { PlatformError, unavailable } from '#core/errors.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { ItemPage, WorkspaceStore } from '#core/ports/workspace-store.ts';
import type { RunId, ThreadId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Run } from '#core/protocol/run.ts';
import type { Thread } from '#core/protocol/thread.ts';
import { AgentRow, agentColumns } from './agent-rows.ts';
import { EndedRunRow, endedRun, RunCursor } from './ended-run-rows.ts';
import { type Answer, dataOf, errorCode } from './errors.ts';
import { elsewhereIn, type OwnProjects, within } from './own-projects.ts';
import { bearer, createPostgrest, decodeCursor, defaultTimeoutMs, type RestProject } from './postgrest.ts';
import { encodeCursor, ItemCursor, MembershipRow, type OpenedThread, PlacedThread, ThreadCursor } from './rows.ts';
import { createThreadContent, type ItemPlace, type ThreadContent, threadColumns } from './thread-content.ts';

/**
 * The store over the platform's REST interface, and over that of a workspace's own project for what lies there. The platform's
 * database is always asked first: it decides who may, and either has what is asked for or says that it lies elsewhere, so that a
 * workspace without a project of its own is asked nothing more. One client serves all callers; each request carries its own
 * caller's token, so row level security applies to every one of them.
 */
export function createSupabaseWorkspaceStore(project: RestProject, projects: OwnProjects): WorkspaceStore {
  const client = createPostgrest(project);
  const here = createThreadContent(project);

  /** Does something in the workspace's own project, as the caller. */
  async function elsewhere<Result>(
    access: DataAccess,
    workspaceId: WorkspaceId,
    work: (there: ThreadContent, access: DataAccess) => Promise<Result>,
  ): Promise<Result> {
    const opened = await projects.open(access, workspaceId);
    return within(() => work(createThreadContent(opened.rest), opened.access));
  }

  /** Gives stubs the titles that their threads have where they lie. */
  async function titled(access: DataAccess, placed: readonly PlacedThread[]): Promise<Thread[]> {
    const stubs = placed.flatMap(({ thread, isElsewhere }) => (isElsewhere ? [thread] : []));
    const [first] = stubs;
    if (!first) return placed.map(({ thread }) => thread);
    const ids = stubs.map(({ id }) => id);
    const titles = await elsewhere(access, first.workspaceId, (there, as) => there.titles(as, ids));
    return placed.map(({ thread, isElsewhere }) =>
      isElsewhere ? { ...thread, title: titles.get(thread.id) ?? null } : thread,
    );
  }

  async function thread(access: DataAccess, threadId: ThreadId): Promise<Thread | null> {
    const placed = await here.find(access, threadId);
    return placed && ((await titled(access, [placed]))[0] ?? null);
  }

  async function open(access: DataAccess, threadId: ThreadId, limit: number, before?: ItemPlace) {
    const opened = await here.open(access, threadId, limit, before);
    if (!opened?.thread.isElsewhere) return opened;
    const stub = opened.thread.thread;
    const found = await elsewhere(access, stub.workspaceId, (there, as) => there.open(as, threadId, limit, before));
    // Nothing has settled there yet: the log has all that there is.
    if (!found) return opened;
    return { ...found, thread: { thread: { ...stub, title: found.thread.thread.title }, isElsewhere: true } };
  }

  async function run(access: DataAccess, threadId: ThreadId, runId: RunId): Promise<Run | null> {
    const found = await here.run(access, threadId, runId);
    if (found) return found;
    const placed = await here.find(access, threadId);
    if (!placed?.isElsewhere) return null;
    return elsewhere(access, placed.thread.workspaceId, (there, as) => there.run(as, threadId, runId));
  }

  return {
    async profile(access, userId) {
      const answer = await client
        .from('profiles')
        .select('name')
        .eq('id', userId)
        .maybeSingle()
        .setHeader(...bearer(access));
      return z.object({ name: z.string().nullable() }).nullable().parse(dataOf(answer));
    },

    async workspaces(access, userId) {
      const answer = await client
        .from('members')
        .select('role, workspace:workspaces(id, name, kind, created_at)')
        .eq('user_id', userId)
        .order('created_at')
        .setHeader(...bearer(access));
      return z.array(MembershipRow).parse(dataOf(answer));
    },

    async agents(access, workspaceId) {
      const answer = await client
        .from('agents')
        .select(agentColumns)
        .eq('workspace_id', workspaceId)
        .is('dismissed_at', null)
        .order('created_at')
        .order('id')
        .setHeader(...bearer(access));
      return z.array(AgentRow).parse(dataOf(answer));
    },

    async agent(access, agentId) {
      const answer = await client
        .from('agents')
        .select(agentColumns)
        .eq('id', agentId)
        .is('dismissed_at', null)
        .maybeSingle()
        .setHeader(...bearer(access));
      return AgentRow.nullable().parse(dataOf(answer));
    },

    async threads(access, { workspaceId, cursor, limit }) {
      let query = client
        .from('threads')
        .select(threadColumns)
        .eq('workspace_id', workspaceId)
        .order('updated_at', { ascending: false })
        .order('id', { ascending: false })
        .limit(limit + 1);
      if (cursor) {
        const { updatedAt, id } = decodeCursor(ThreadCursor, cursor);
        // By the first condition the index is entered, the second decides between equals: so the page is read in order.
        query = query
          .lte('updated_at', updatedAt)
          .or(`updated_at.lt."${updatedAt}",and(updated_at.eq."${updatedAt}",id.lt.${id})`);
      }
      const rows = z
        .array(z.looseObject({ updated_at: z.string() }))
        .parse(dataOf(await query.setHeader(...bearer(access))));
      const page = rows.slice(0, limit).map((row) => PlacedThread.parse(row));
      const last = page.at(-1)?.thread;
      // The cursor keeps Postgres's own text of the time: the protocol's has fewer digits.
      const lastTime = rows[page.length - 1]?.updated_at;
      return {
        data: await titled(access, page),
        nextCursor: last && rows.length > limit ? encodeCursor({ updatedAt: lastTime, id: last.id }) : null,
      };
    },

    thread,

    seesThread: async (access, threadId) => (await here.find(access, threadId)) !== null,

    async addThread(access, added, userId) {
      const placed = (await here.add(access, added, userId)) ?? (await here.find(access, added.id));
      if (!placed) throw new PlatformError('conflict', 'The thread exists already.');
      if (!placed.isElsewhere) return placed.thread;
      const { workspaceId } = placed.thread;
      const isNew = await elsewhere(access, workspaceId, (there, as) => there.add(as, added, userId));
      if (isNew) return { ...placed.thread, title: added.title };
      return (await titled(access, [placed]))[0] ?? placed.thread;
    },

    async renameThread(access, threadId, title, onlyIfUntitled = false) {
      const placed = await here.rename(access, threadId, title, onlyIfUntitled);
      if (!placed?.isElsewhere) return placed?.thread ?? null;
      const stub = placed.thread;
      const renamed = await elsewhere(
        access,
        stub.workspaceId,
        async (there, as) =>
          (await there.rename(as, threadId, title, onlyIfUntitled)) ?? (await there.add(as, { ...stub, title })),
      );
      return renamed && { ...stub, title };
    },

    async deleteThread(access, threadId) {
      if (await here.remove(access, threadId, true)) return true;
      const stub = (await here.find(access, threadId))?.thread;
      if (!stub) return false;
      // The stub last: whoever is cut off in between finds it again.
      await elsewhere(access, stub.workspaceId, (there, as) => there.remove(as, threadId));
      return here.remove(access, threadId);
    },

    async openThread(access, threadId, limit) {
      const opened = await open(access, threadId, limit);
      if (!opened) return null;
      const { thread, checkpointSeq } = opened;
      return { thread: thread.thread, checkpointSeq, page: pageOf(opened) };
    },

    async olderItems(access, threadId, cursor, limit) {
      const before = cursor === undefined ? undefined : decodeCursor(ItemCursor, cursor);
      const opened = await open(access, threadId, limit, before);
      return opened ? pageOf(opened) : { items: [], runs: [], olderCursor: null };
    },

    async itemsUpTo(access, threadId, runId, limit) {
      const last = await run(access, threadId, runId);
      if (!last) return null;
      const end = { runSeq: last.queuedSeq, seq: Number.MAX_SAFE_INTEGER };
      const opened = await open(access, threadId, limit, end);
      return opened && pageOf(opened);
    },

    async items(access, threadId, ids) {
      const found = await here.items(access, threadId, ids);
      if (found.length > 0) return found;
      const placed = await here.find(access, threadId);
      if (!placed?.isElsewhere) return [];
      return elsewhere(access, placed.thread.workspaceId, (there, as) => there.items(as, threadId, ids));
    },

    run,

    async runs(access, { workspaceId, statuses, cursor, limit }) {
      const before = cursor === undefined ? undefined : decodeCursor(RunCursor, cursor);
      const answer = await here.endedRuns(access, workspaceId, statuses, limit + 1, before);
      const found = elsewhereIn(answer)
        ? await elsewhere(access, workspaceId, async (there, as) =>
            dataOf(await there.endedRuns(as, workspaceId, statuses, limit + 1, before)),
          )
        : dataOf(answer);
      const rows = z.array(EndedRunRow).parse(found);
      const last = rows[limit - 1];
      return {
        data: rows.slice(0, limit).map((row) => endedRun(row, workspaceId)),
        nextCursor: last && rows.length > limit ? encodeCursor({ createdAt: last.created_at, id: last.id }) : null,
      };
    },

    async project(access, threadId, projection) {
      const answer = await here.project(access, threadId, projection);
      const workspaceId = elsewhereIn(answer);
      if (!workspaceId) return projected(answer);
      const placed = await here.find(access, threadId);
      if (!placed) return 'gone';
      const done = await elsewhere(access, workspaceId, async (there, as) => {
        const first = projected(await there.project(as, threadId, projection));
        if (first === 'written') return first;
        // It is not there yet: whoever was to add it was cut off.
        await there.add(as, placed.thread);
        return projected(await there.project(as, threadId, projection));
      });
      await here.touch(access, threadId, new Date().toISOString());
      return done;
    },

    async ping() {
      try {
        const headers = { apikey: project.publishableKey };
        const signal = AbortSignal.timeout(project.timeoutMs ?? defaultTimeoutMs);
        return (await fetch(`${project.url}/auth/v1/health`, { headers, signal })).ok;
      } catch (cause) {
        throw unavailable('The database', cause);
      }
    },
  };
}

function projected(answer: Answer<unknown>): 'written' | 'gone' {
  if (errorCode(answer) === 'P0002') return 'gone';
  dataOf(answer);
  return 'written';
}

const pageOf = ({ items, runs, olderCursor, unreadItems }: z.infer<typeof OpenedThread>): ItemPage => ({
  items,
  runs,
  ...(unreadItems > 0 && { unreadItems }),
  olderCursor: olderCursor && encodeCursor(olderCursor),
});
