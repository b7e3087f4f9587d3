import * as z from 'zod';
import type { Projection } from '#core/domain/projection.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { ItemId, ThreadId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Item } from '#core/protocol/item.ts';
import type { Run } from '#core/protocol/run.ts';
import type { Thread } from '#core/protocol/thread.ts';
import { type Answer, dataOf, errorCode } from './errors.ts';
import { bearer, createPostgrest, type RestProject } from './postgrest.ts';
import { type ItemCursor, OpenedThread, PlacedThread, RunRow, readableItems } from './rows.ts';

export const threadColumns = 'id, workspace_id, agent_id, title, status, created_at, updated_at, is_elsewhere';

export type ThreadContent = ReturnType<typeof createThreadContent>;
export type ItemPlace = z.infer<typeof ItemCursor>;

/** The requests for threads and what they hold, the same to the platform's database and to a workspace's own project. */
export function createThreadContent(project: RestProject) {
  const client = createPostgrest(project);

  return {
    async find(access: DataAccess, threadId: ThreadId): Promise<PlacedThread | null> {
      const answer = await client
        .from('threads')
        .select(threadColumns)
        .eq('id', threadId)
        .maybeSingle()
        .setHeader(...bearer(access));
      return PlacedThread.nullable().parse(dataOf(answer));
    },

    /** What the threads with these ids are called, where they are called anything. */
    async titles(access: DataAccess, threadIds: readonly ThreadId[]): Promise<Map<string, string | null>> {
      const answer = await client
        .from('threads')
        .select('id, title')
        .in('id', threadIds)
        .setHeader(...bearer(access));
      return new Map(
        z
          .array(Title)
          .parse(dataOf(answer))
          .map(({ id, title }) => [id, title]),
      );
    },

    /** Of the caller themself if nobody else is named. Null when there is one with this id already. */
    async add(access: DataAccess, thread: Thread, userId?: UserId): Promise<PlacedThread | null> {
      const answer = await client
        .from('threads')
        .insert({
          id: thread.id,
          workspace_id: thread.workspaceId,
          ...(userId && { user_id: userId }),
          agent_id: thread.agentId,
          title: thread.title,
          status: thread.status,
          created_at: thread.createdAt,
          updated_at: thread.updatedAt,
        })
        .select(threadColumns)
        .single()
        .setHeader(...bearer(access));
      return errorCode(answer) === '23505' ? null : PlacedThread.parse(dataOf(answer));
    },

    async rename(
      access: DataAccess,
      threadId: ThreadId,
      title: string,
      onlyIfUntitled: boolean,
    ): Promise<PlacedThread | null> {
      let query = client.from('threads').update({ title }).eq('id', threadId);
      if (onlyIfUntitled) query = query.is('title', null);
      const answer = await query
        .select(threadColumns)
        .maybeSingle()
        .setHeader(...bearer(access));
      return PlacedThread.nullable().parse(dataOf(answer));
    },

    /** Whether there was one. With `exceptStubs` one that lies elsewhere stays. */
    async remove(access: DataAccess, threadId: ThreadId, exceptStubs = false): Promise<boolean> {
      let query = client.from('threads').delete().eq('id', threadId);
      if (exceptStubs) query = query.is('is_elsewhere', false);
      const answer = await query.select('id').setHeader(...bearer(access));
      return z.array(z.object({ id: z.string() })).parse(dataOf(answer)).length > 0;
    },

    /** Something has happened in it: it comes first in lists. */
    async touch(access: DataAccess, threadId: ThreadId, at: string): Promise<void> {
      const answer = await client
        .from('threads')
        .update({ updated_at: at })
        .eq('id', threadId)
        .setHeader(...bearer(access));
      dataOf(answer);
    },

    async open(
      access: DataAccess,
      threadId: ThreadId,
      limit: number,
      before?: ItemPlace,
    ): Promise<z.infer<typeof OpenedThread> | null> {
      const page = { p_before_run_seq: before?.runSeq ?? null, p_before_seq: before?.seq ?? null };
      const answer = await client
        .rpc('open_thread', { p_thread_id: threadId, p_limit: limit, ...page })
        .setHeader(...bearer(access));
      return OpenedThread.nullable().parse(dataOf(answer));
    },

    async run(access: DataAccess, threadId: ThreadId, runId: Run['id']): Promise<Run | null> {
      const answer = await client
        .from('runs')
        .select()
        .eq('thread_id', threadId)
        .eq('id', runId)
        .maybeSingle()
        .setHeader(...bearer(access));
      return RunRow.nullable().parse(dataOf(answer));
    },

    /** Those of these that are there and that this version can read. */
    async items(access: DataAccess, threadId: ThreadId, ids: readonly ItemId[]): Promise<Item[]> {
      const answer = await client
        .from('items')
        .select('payload')
        .eq('thread_id', threadId)
        .in('id', ids)
        .setHeader(...bearer(access));
      const rows = z.array(z.object({ payload: z.unknown() })).parse(dataOf(answer));
      return readableItems(rows.map(({ payload }) => payload));
    },

    /** The answer may be that they lie elsewhere. */
    endedRuns: async (
      access: DataAccess,
      workspaceId: WorkspaceId,
      statuses: readonly string[],
      limit: number,
      before?: { readonly createdAt: string; readonly id: string },
    ): Promise<Answer<unknown>> =>
      client
        .rpc('ended_runs', {
          p_workspace_id: workspaceId,
          p_statuses: [...statuses],
          p_limit: limit,
          ...(before && { p_before: before.createdAt, p_before_id: before.id }),
        })
        .setHeader(...bearer(access)),

    /** The answer may be that they lie elsewhere, or (P0002) that there is no such thread. */
    project: async (
      access: DataAccess,
      threadId: ThreadId,
      { items, runs, checkpointSeq }: Projection,
    ): Promise<Answer<unknown>> =>
      client
        .rpc('settle_thread', {
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
        .setHeader(...bearer(access)),
  };
}

const Title = z.object({ id: z.string(), title: z.string().nullable() });
