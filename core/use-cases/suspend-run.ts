import { logIds } from '../domain/log-ids.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { markAnnounced, type Suspension, suspend } from '../domain/run-suspension.ts';
import { isOpen, statusOf, type Wait } from '../domain/run-wait.ts';
import { timestamp } from '../ports/clock.ts';
import type { Event } from '../protocol/event.ts';
import type { ApprovalItem } from '../protocol/item.ts';
import { type Usage, waitingRunStatuses } from '../protocol/run.ts';
import type { Deps } from './deps.ts';
import { enqueueRun } from './enqueue-run.ts';
import { threadStream, userFeed, workspaceFeed } from './load-thread.ts';
import { type SettleDeps, settleRun } from './settle-run.ts';
import { approvalsChanged } from './tell-answers.ts';

type SuspendDeps = SettleDeps & Pick<Deps, 'queue'>;

/**
 * Lets a run that can do nothing more wait. Call it when all that the run did stands in the log. First the record, then the
 * log: an answer can come as soon as anybody can see the question, and if the worker dies in between, the redelivered
 * message, the answer or the sweep write what is missing. The message is to be deleted unless the answer is `lost` or `illegal_transition`.
 */
export async function suspendRun(
  deps: SuspendDeps,
  { runId, attempt }: Pick<RunRecord, 'runId' | 'attempt'>,
  waits: readonly Wait[],
  usage?: Usage,
): Promise<Suspension> {
  const suspension = await deps.runs.change(runId, (record) => suspend(record, attempt, waits, deps.now(), usage));
  switch (suspension?.kind) {
    case 'suspended':
    case 'already':
      await announceWaits(deps, suspension.record);
      tellWaits(deps, suspension.record);
      return suspension;
    case 'resumed':
      await enqueueRun(deps, suspension.record);
      return suspension;
    case 'ended':
      await settleRun(deps, suspension.record);
      return suspension;
    case 'illegal_transition':
    case 'lost':
      return suspension;
    case undefined:
      return { kind: 'lost' };
  }
}

function tellWaits({ logger, metrics }: Pick<Deps, 'logger' | 'metrics'>, record: RunRecord): void {
  const kinds = record.waits.filter(isOpen).map(({ kind }) => kind);
  for (const Kind of kinds) metrics.record('WaitsOpened', 1, { Kind });
  logger.info({ ...logIds(record), waitsFor: kinds }, 'run waits');
}

/** Tells readers what a run waits for; `announceAnswers` tells what of it was answered. May be done again: it is told once. */
export async function announceWaits(
  { publisher, runs }: Pick<Deps, 'publisher' | 'runs'>,
  record: RunRecord,
): Promise<void> {
  const { runId, threadId, userId, workspaceId, attempt, suspensions, acceptedAfterSeq, feedAfterSeq } = record;
  const status = waitingRunStatuses.find((waiting) => waiting === record.status);
  if (!status) return;
  const asked = record.waits.filter(isOpen).map((wait) => requestOf(record, wait));
  const batch = { batchId: `${runId}:waits:${suspensions}`, runId };
  await publisher.publish(threadStream(threadId), {
    ...batch,
    attempt,
    searchAfter: acceptedAfterSeq,
    events: [...asked, { type: 'run.awaiting', status }],
  });
  const questions = asked.filter(({ type }) => type === 'approval.requested');
  if (questions.length > 0) {
    await publisher.publish(userFeed(userId), { ...batch, searchAfter: feedAfterSeq, events: questions });
    await publisher.publish(workspaceFeed(workspaceId), { ...batch, events: [approvalsChanged] });
  }
  await runs.change(runId, (current) => markAnnounced(current, suspensions));
}

function requestOf(record: RunRecord, wait: Wait): Event {
  const expiresAt = timestamp(wait.expiresAtMs);
  return wait.kind === 'client_tool'
    ? { type: 'client_tool.requested', itemId: wait.itemId, expiresAt }
    : { type: 'approval.requested', item: approvalItem(record, { ...wait, kind: wait.kind }) };
}

function approvalItem({ runId }: RunRecord, wait: Wait & { kind: ApprovalItem['kind'] }): ApprovalItem {
  const { kind, agentId, call, message, decider } = wait;
  return {
    id: wait.itemId,
    runId,
    createdAt: timestamp(wait.requestedAtMs),
    type: 'approval',
    approvalId: wait.id,
    kind,
    agentId,
    ...(call && { call }),
    message,
    decider,
    expiresAt: timestamp(wait.expiresAtMs),
    status: statusOf(wait) ?? 'pending',
  };
}
