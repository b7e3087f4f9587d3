import * as z from 'zod';
import { AgentId, RunId, ThreadId, UserId, type WorkspaceId } from '#core/protocol/ids.ts';
import { RunStatus, Usage } from '#core/protocol/run.ts';
import type { RunSummary } from '#core/protocol/run-routes.ts';

/** A row of the SQL function `workspace_runs`. */
export const EndedRunRow = z.object({
  id: RunId,
  thread_id: ThreadId.nullable(),
  user_id: UserId,
  agent_id: AgentId,
  status: RunStatus,
  attempt: z.number(),
  error_code: z.string().nullable(),
  usage: Usage.nullable(),
  created_at: z.string(),
  finished_at: z.string().nullable(),
});

export const RunCursor = z.object({ createdAt: z.string(), id: RunId });

const inUtc = (time: string): string => new Date(time).toISOString();

export function endedRun(row: z.infer<typeof EndedRunRow>, workspaceId: WorkspaceId): RunSummary {
  const finishedAt = row.finished_at && inUtc(row.finished_at);
  return {
    id: row.id,
    workspaceId,
    threadId: row.thread_id,
    agentId: row.agent_id,
    userId: row.user_id,
    status: row.status,
    attempt: row.attempt,
    createdAt: inUtc(row.created_at),
    lastEventAt: finishedAt,
    finishedAt,
    workedMs: null,
    usage: row.usage,
    errorCode: row.error_code,
    openWaits: 0,
  };
}
