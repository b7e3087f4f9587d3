import { timestamp } from '../ports/clock.ts';
import type { PendingApproval, RunSummary } from '../protocol/run-routes.ts';
import { mayDecide, maySee, type Onlooker } from './approval-right.ts';
import type { RunRecord } from './run-record.ts';
import { openWaits } from './run-suspension.ts';

/** A run as its owner, or an admin, sees it in a list. */
export function summaryOf(
  record: RunRecord,
  { isRequester }: Pick<Onlooker, 'isRequester'>,
  nowMs: number,
): RunSummary {
  const { outcome, lease, claimedAtMs, lastEventAtMs, workedMs } = record;
  const underWayMs = lease && claimedAtMs !== undefined ? Math.max(0, nowMs - claimedAtMs) : 0;
  const lastEventAt = lastEventAtMs === undefined ? null : timestamp(lastEventAtMs);
  return {
    id: record.runId,
    workspaceId: record.workspaceId,
    threadId: isRequester ? record.threadId : null,
    agentId: record.agentId,
    userId: record.userId,
    status: record.status,
    attempt: record.attempt,
    createdAt: timestamp(record.createdAtMs),
    lastEventAt,
    finishedAt: outcome ? lastEventAt : null,
    workedMs: workedMs + underWayMs,
    usage: outcome?.usage ?? record.usage ?? null,
    errorCode: outcome?.status === 'failed' ? outcome.error.code : null,
    openWaits: openWaits(record).length,
    ...(outcome && 'leftWorking' in outcome && { leftWorking: outcome.leftWorking }),
  };
}

/** What of a run's open waits is shown to somebody; clients answer the others. */
export function pendingApprovals(record: RunRecord, who: Onlooker): PendingApproval[] {
  if (!maySee(who)) return [];
  const { runId, threadId, userId } = record;
  return openWaits(record).flatMap((wait) => {
    const { id, kind, agentId, call, message, decider } = wait;
    if (kind === 'client_tool') return [];
    return [
      {
        id,
        runId,
        threadId: who.isRequester ? threadId : null,
        agentId,
        kind,
        userId,
        ...(call && { call: { name: call.name, arguments: call.arguments } }),
        message,
        decider,
        mayDecide: mayDecide(decider, who),
        requestedAt: timestamp(wait.requestedAtMs),
        expiresAt: timestamp(wait.expiresAtMs),
      },
    ];
  });
}
