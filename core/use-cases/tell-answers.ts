import type { RunRecord } from '../domain/run-record.ts';
import { isUntold, statusOf, type Wait } from '../domain/run-wait.ts';
import type { Event } from '../protocol/event.ts';
import type { Deps } from './deps.ts';
import { threadStream, userFeed, workspaceFeed } from './load-thread.ts';

type TellDeps = Pick<Deps, 'publisher'>;

/**
 * Tells readers of every answer in the record that they may not know yet, whoever gave it: who was to tell it may have died. May
 * be done again: each is told once. Which these were.
 */
export async function tellAnswers(deps: TellDeps, record: RunRecord): Promise<Wait[]> {
  const untold = record.waits.filter(isUntold);
  for (const wait of untold) await tellAnswer(deps, record, wait);
  return untold;
}

async function tellAnswer({ publisher }: TellDeps, record: RunRecord, wait: Wait): Promise<void> {
  const event = answerEvent(wait);
  if (!event) return;
  const { runId, threadId, userId, workspaceId, acceptedAfterSeq, feedAfterSeq } = record;
  // Of no attempt: a decision is what it is, also for a reader who knows of a later one.
  const batch = { batchId: `${wait.id}:answered`, runId };
  await publisher.publish(threadStream(threadId), { ...batch, searchAfter: acceptedAfterSeq, events: [event] });
  if (event.type !== 'approval.resolved') return;
  await publisher.publish(userFeed(userId), { ...batch, searchAfter: feedAfterSeq, events: [event] });
  await publisher.publish(workspaceFeed(workspaceId), { ...batch, events: [approvalsChanged] });
}

/** Members listen to a workspace's feed who may not know what is asked: it says only that something is. */
export const approvalsChanged: Event = { type: 'workspace.changed', part: 'approvals' };

function answerEvent(wait: Wait): Event | null {
  const { answer } = wait;
  const status = statusOf(wait);
  if (!answer || !status) return null;
  if (wait.kind === 'client_tool') {
    const outcome = answer.type === 'expired' ? 'expired' : 'answered';
    return { type: 'client_tool.resolved', itemId: wait.itemId, outcome };
  }
  return {
    type: 'approval.resolved',
    approvalId: wait.id,
    status,
    ...(answer.type === 'decision' && { resolution: { decision: answer.decision, decidedBy: answer.by } }),
  };
}
