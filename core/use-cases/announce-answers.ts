import type { RunRecord } from '../domain/run-record.ts';
import { markAnnounced, waitingStatus } from '../domain/run-suspension.ts';
import { isOpen, statusOf, type Wait } from '../domain/run-wait.ts';
import type { Event } from '../protocol/event.ts';
import { waitingRunStatuses } from '../protocol/run.ts';
import { type ApplyDeps, applyDecisions } from './apply-decisions.ts';
import type { Deps } from './deps.ts';
import { enqueueRun } from './enqueue-run.ts';
import { threadStream, userFeed, workspaceFeed } from './load-thread.ts';

export type AnswerDeps = Pick<Deps, 'publisher' | 'runs' | 'queue' | 'now'> & ApplyDeps;

/**
 * Lets decisions take effect, tells readers what these waits were answered with and, when nothing is left to wait for, hands the
 * run to the workers, in this order: the run finds the room that was made, and what it does next comes behind. May be done again
 * by whoever finds it half done.
 */
export async function announceAnswers(deps: AnswerDeps, record: RunRecord, waits: readonly Wait[]): Promise<void> {
  await applyDecisions(deps, record);
  for (const wait of waits) await announceAnswer(deps, record, wait);
  if (record.status === 'queued') {
    if (!record.enqueued) await enqueueRun(deps, record);
  } else {
    await announceStatus(deps, record, waits);
    const answered = answeredWaits(record).length;
    await deps.runs.change(record.runId, (current) => markAnnounced(current, record.suspensions, answered));
  }
}

/** What is left to wait for may be of another kind than before. Within a suspension a run comes to each status once. */
async function announceStatus(
  deps: Pick<AnswerDeps, 'publisher' | 'runs'>,
  record: RunRecord,
  answered: readonly Wait[],
): Promise<void> {
  const { runId, threadId, suspensions, acceptedAfterSeq } = record;
  const status = waitingRunStatuses.find((waiting) => waiting === record.status);
  const before = waitingStatus([
    ...record.waits.filter(isOpen),
    ...answered.map((wait) => ({ ...wait, answer: undefined })),
  ]);
  if (!status || status === before) return;
  // The last answer may have come meanwhile, and the run be under way.
  if ((await deps.runs.get(runId))?.status !== status) return;
  await deps.publisher.publish(threadStream(threadId), {
    batchId: `${runId}:waits:${suspensions}:${status}`,
    runId,
    searchAfter: acceptedAfterSeq,
    events: [{ type: 'run.awaiting', status }],
  });
}

export const answeredWaits = ({ waits }: RunRecord): Wait[] => waits.filter((wait) => !isOpen(wait));

async function announceAnswer(
  { publisher }: Pick<AnswerDeps, 'publisher'>,
  record: RunRecord,
  wait: Wait,
): Promise<void> {
  const event = answerEvent(wait);
  if (!event) return;
  const { runId, threadId, userId, workspaceId, acceptedAfterSeq, feedAfterSeq } = record;
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
