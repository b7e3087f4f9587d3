import * as z from 'zod';
import { PlatformError, unavailable } from '#core/errors.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { ItemPage, WorkspaceStore } from '#core/ports/workspace-store.ts';
import type { ThreadId } from '#core/protocol/ids.ts';
import { AgentRow, agentColumns } from './agent-rows.ts';
import { EndedRunRow, endedRun, RunCursor } from './ended-run-rows.ts';
import { dataOf, errorCode } from './errors.ts';
import { bearer, createPostgrest, decodeCursor, defaultTimeoutMs, type RestProject } from './postgrest.ts';
import { encodeCursor, ItemCursor, MembershipRow, OpenedThread, RunRow, ThreadCursor, ThreadRow } from './rows.ts';

const threadColumns = 'id, workspace_id, agent_id, title, status, created_at, updated_at';

/**
 * The store over a project's REST interface. One client serves all callers; each request carries its own caller's token,
 * so row level security applies to every one of them.
 */
export function createSupabaseWorkspaceStore(project: RestProject): WorkspaceStore {
  const client = createPostgrest(project);

  async function open(
    access: DataAccess,
    threadId: ThreadId,
    limit: number,
    before?: z.infer<typeof ItemCursor>,
  ): Promise<z.infer<typeof OpenedThread> | null> {
    const page = { p_before_run_seq: before?.runSeq ?? null, p_before_seq: before?.seq ?? null };
    const answer = await client
      .rpc('open_thread', { p_thread_id: threadId, p_limit: limit, ...page })
      .setHeader(...bearer(access));
    return OpenedThread.nullable().parse(dataOf(answer));
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
      const data = rows.slice(0, limit).map((row) => ThreadRow.parse(row));
      const last = data.at(-1);
      // The cursor keeps Postgres's own text of the time: the protocol's has fewer digits.
      const lastTime = rows[data.length - 1]?.updated_at;
      return {
        data,
        nextCursor: last && rows.length > limit ? encodeCursor({ updatedAt: lastTime, id: last.id }) : null,
      };
    },

    async thread(access, threadId) {
      const answer = await client
        .from('threads')
        .select(threadColumns)
        .eq('id', threadId)
        .maybeSingle()
        .setHeader(...bearer(access));
      return ThreadRow.nullable().parse(dataOf(answer));
    },

    async addThread(access, thread, userId) {
      const answer = await client
        .from('threads')
        .insert({
          id: thread.id,
          workspace_id: thread.workspaceId,
          user_id: userId,
          agent_id: thread.agentId,
          title: thread.title,
          status: thread.status,
          created_at: thread.createdAt,
          updated_at: thread.updatedAt,
        })
        .select(threadColumns)
        .single()
        .setHeader(...bearer(access));
      if (errorCode(answer) !== '23505') return ThreadRow.parse(dataOf(answer));
      const there = await this.thread(access, thread.id);
      if (!there) throw new PlatformError('conflict', 'The thread exists already.');
      return there;
    },

    async renameThread(access, threadId, title, onlyIfUntitled = false) {
      let query = client.from('threads').update({ title }).eq('id', threadId);
      if (onlyIfUntitled) query = query.is('title', null);
      const answer = await query
        .select(threadColumns)
        .maybeSingle()
        .setHeader(...bearer(access));
      return ThreadRow.nullable().parse(dataOf(answer));
    },

    async deleteThread(access, threadId) {
      const answer = await client
        .from('threads')
        .delete()
        .eq('id', threadId)
        .select('id')
        .setHeader(...bearer(access));
      return z.array(z.object({ id: z.string() })).parse(dataOf(answer)).length > 0;
    },

    async openThread(access, threadId, limit) {
      const opened = await open(access, threadId, limit);
      if (!opened) return null;
      const { thread, checkpointSeq, unreadItems } = opened;
      return { thread, checkpointSeq, page: pageOf(opened), unreadItems };
    },

    async olderItems(access, threadId, cursor, limit) {
      const before = cursor === undefined ? undefined : decodeCursor(ItemCursor, cursor);
      const opened = await open(access, threadId, limit, before);
      return opened ? pageOf(opened) : { items: [], runs: [], olderCursor: null };
    },

    async run(access, runId) {
      const answer = await client
        .from('runs')
        .select()
        .eq('id', runId)
        .maybeSingle()
        .setHeader(...bearer(access));
      return RunRow.nullable().parse(dataOf(answer));
    },

    async runs(access, { workspaceId, statuses, cursor, limit }) {
      const before = cursor === undefined ? undefined : decodeCursor(RunCursor, cursor);
      const answer = await client
        .rpc('workspace_runs', {
          p_workspace_id: workspaceId,
          p_statuses: [...statuses],
          p_limit: limit + 1,
          ...(before && { p_before: before.createdAt, p_before_id: before.id }),
        })
        .setHeader(...bearer(access));
      const rows = z.array(EndedRunRow).parse(dataOf(answer));
      const last = rows[limit - 1];
      return {
        data: rows.slice(0, limit).map((row) => endedRun(row, workspaceId)),
        nextCursor: last && rows.length > limit ? encodeCursor({ createdAt: last.created_at, id: last.id }) : null,
      };
    },

    async project(access, threadId, { items, runs, checkpointSeq }) {
      const answer = await client
        .rpc('project_thread', {
          p_thread_id: threadId,
          p_items: items.map(({ item, seq, runSeq }) => ({
            id: item.id,
            runId: item.runId,
            runSeq,
            seq,
            type: item.type,
            payload: item,
            createdAt: item.createdAt,
          })),
          p_runs: runs,
          p_checkpoint_seq: checkpointSeq,
        })
        .setHeader(...bearer(access));
      if (errorCode(answer) === 'P0002') return 'gone';
      dataOf(answer);
      return 'written';
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

const pageOf = ({ items, runs, olderCursor }: z.infer<typeof OpenedThread>): ItemPage => ({
  items,
  runs,
  olderCursor: olderCursor && encodeCursor(olderCursor),
});
