import type { RunRecord } from '../domain/run-record.ts';
import { markTold, waitingStatus } from '../domain/run-suspension.ts';
import { isOpen, type Wait } from '../domain/run-wait.ts';
import { waitingRunStatuses } from '../protocol/run.ts';
import { type ApplyDeps, applyDecisions } from './apply-decisions.ts';
import type { Deps } from './deps.ts';
import { enqueueRun } from './enqueue-run.ts';
import { threadStream } from './load-thread.ts';
import { tellAnswers } from './tell-answers.ts';

export type AnswerDeps = Pick<Deps, 'publisher' | 'runs' | 'queue' | 'now'> & ApplyDeps;

/**
 * Lets decisions take effect, tells readers what the run was answered with, by whomever, and when nothing is left to wait for hands
 * it to the workers, in this order: the run finds the room that was made, and what it does next comes behind. May be done again
 * by whoever finds it half done.
 */
export async function announceAnswers(deps: AnswerDeps, record: RunRecord): Promise<void> {
  await applyDecisions(deps, record);
  const told = await tellAnswers(deps, record);
  await announceStatus(deps, record, told);
  const { runId, suspensions } = record;
  if (told.length > 0) await deps.runs.change(runId, (current) => markTold(current, suspensions, told));
  if (record.status === 'queued' && !record.enqueued) await enqueueRun(deps, record);
}

/** What is left to wait for may be of another kind than before. Within a suspension a run comes to each status once. */
async function announceStatus(
  deps: Pick<AnswerDeps, 'publisher' | 'runs'>,
  record: RunRecord,
  answered: readonly Wait[],
): Promise<void> {
  const { runId, threadId, attempt, suspensions, acceptedAfterSeq } = record;
  const status = waitingRunStatuses.find((waiting) => waiting === record.status);
  const before = waitingStatus([
    ...record.waits.filter(isOpen),
    ...answered.map((wait) => ({ ...wait, answer: undefined })),
  ]);
  if (!status || status === before) return;
  // The last answer may have come meanwhile. If it comes from here on, readers find by the attempt that this is too late.
  if ((await deps.runs.get(runId))?.status !== status) return;
  await deps.publisher.publish(threadStream(threadId), {
    batchId: `${runId}:waits:${suspensions}:${status}`,
    runId,
    attempt,
    searchAfter: acceptedAfterSeq,
    events: [{ type: 'run.awaiting', status }],
  });
}
