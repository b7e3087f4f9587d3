import * as z from 'zod';
import { RunError } from '#core/protocol/errors.ts';
import { AgentId, ItemId, RunId, ThreadId, WorkspaceId } from '#core/protocol/ids.ts';
import { Item } from '#core/protocol/item.ts';
import { type Run, RunStatus, Usage } from '#core/protocol/run.ts';
import type { Thread } from '#core/protocol/thread.ts';
import { Role, type Workspace } from '#core/protocol/workspace.ts';

/** Postgres writes times with an offset and microseconds; the protocol has UTC and milliseconds. */
const Time = z.string().transform((text) => new Date(text).toISOString());

/** A thread, and whether it is only a stub of one that lies in the workspace's own project. */
export const PlacedThread = z
  .object({
    id: ThreadId,
    workspace_id: WorkspaceId,
    agent_id: AgentId,
    title: z.string().nullable(),
    status: z.enum(['active', 'locked', 'closed']),
    created_at: Time,
    updated_at: Time,
    is_elsewhere: z.boolean(),
  })
  .transform((row): { thread: Thread; isElsewhere: boolean } => ({
    thread: {
      id: row.id,
      workspaceId: row.workspace_id,
      agentId: row.agent_id,
      title: row.title,
      status: row.status,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    },
    isElsewhere: row.is_elsewhere,
  }));
export type PlacedThread = z.infer<typeof PlacedThread>;

export const RunRow = z
  .object({
    id: RunId,
    thread_id: ThreadId,
    agent_id: AgentId,
    status: RunStatus,
    attempt: z.number(),
    error: RunError.nullable(),
    usage: Usage.nullable(),
    queued_seq: z.number(),
    input_item_id: ItemId,
    retry_of: RunId.nullable(),
    parent_run_id: RunId.nullable(),
    regenerates: RunId.nullable(),
    replaces: RunId.nullable(),
    created_at: Time,
    finished_at: Time.nullable(),
  })
  .transform(
    (row): Run => ({
      id: row.id,
      threadId: row.thread_id,
      agentId: row.agent_id,
      status: row.status,
      attempt: row.attempt,
      queuedSeq: row.queued_seq,
      inputItemId: row.input_item_id,
      createdAt: row.created_at,
      ...(row.error && { error: row.error }),
      ...(row.usage && { usage: row.usage }),
      parentRunId: row.parent_run_id,
      ...(row.retry_of && { retryOf: row.retry_of }),
      ...(row.regenerates && { regenerates: row.regenerates }),
      ...(row.replaces && { replaces: row.replaces }),
      ...(row.finished_at && { finishedAt: row.finished_at }),
    }),
  );

export const MembershipRow = z
  .object({
    role: Role,
    workspace: z.object({
      id: WorkspaceId,
      name: z.string(),
      kind: z.enum(['personal', 'company', 'client']),
      created_at: Time,
    }),
  })
  .transform(
    ({ role, workspace }): Workspace => ({
      id: workspace.id,
      name: workspace.name,
      kind: workspace.kind,
      role,
      createdAt: workspace.created_at,
    }),
  );

/** A place in the order of a thread's items. */
export const ItemCursor = z.object({ runSeq: z.number().int(), seq: z.number().int() });
export const ThreadCursor = z.object({ updatedAt: z.string(), id: ThreadId });

/** Without those of a type that only a newer version knows. */
export const readableItems = (written: readonly unknown[]): Item[] =>
  written.flatMap((item) => Item.safeParse(item).data ?? []);

/** The answer of the SQL function `open_thread`. Items of a type that only a newer version knows are left out, and counted. */
export const OpenedThread = z
  .object({
    thread: PlacedThread,
    checkpointSeq: z.number(),
    items: z.array(z.unknown()),
    runs: z.array(RunRow),
    olderCursor: ItemCursor.nullable(),
  })
  .transform(({ items: written, ...opened }) => {
    const items = readableItems(written);
    return { ...opened, items, unreadItems: written.length - items.length };
  });

export const encodeCursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');
