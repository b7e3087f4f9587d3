import { end, markEnqueued, postpone, type RunRecord, sweepAfterMs } from '../domain/run-record.ts';
import { isTerminal } from '../protocol/run.ts';
import { acceptRun, recordedInput } from './accept-run.ts';
import type { Deps } from './deps.ts';
import { settleRun } from './settle-run.ts';

type SweepDeps = Omit<Deps, 'connections' | 'newId'>;

/** What a sweep has put right. All zeros is the normal case. */
export interface SweepReport {
  accepted: number;
  requeued: number;
  settled: number;
  given_up: number;
  failed: number;
}

/** A run that is this old and shows no sign of life is given up. One that a worker still renews is never due. */
const oldestMs = 2 * 3_600_000;

/**
 * Puts right what a dead process left half-way: runs that were recorded but never queued, ended but never settled, or that
 * nobody works on. Every repair may be done twice; one that fails is tried again by the next sweep and does not stop the others.
 */
export async function sweep(deps: SweepDeps, limit = 100): Promise<SweepReport> {
  const report: SweepReport = { accepted: 0, requeued: 0, settled: 0, given_up: 0, failed: 0 };
  for (const record of await deps.runs.listDue(deps.now(), limit)) {
    try {
      report[await repair(deps, record)] += 1;
    } catch (error) {
      report.failed += 1;
      deps.logger.error({ error, runId: record.runId, threadId: record.threadId }, 'the sweep could not repair a run');
      await postponeRepair(deps, record);
    }
  }
  return report;
}

/** Puts a run that could not be repaired behind the others, so that a hundred such runs do not keep the sweep from the rest. */
async function postponeRepair({ runs, now, logger }: SweepDeps, { runId }: RunRecord): Promise<void> {
  try {
    await runs.change(runId, (current) => postpone(current, now(), sweepAfterMs.failedRepair));
  } catch (error) {
    // Then it keeps its place.
    logger.error({ error, runId }, 'the sweep could not postpone a run');
  }
}

async function repair(deps: SweepDeps, record: RunRecord): Promise<Exclude<keyof SweepReport, 'failed'>> {
  const { runId } = record;
  if (isTerminal(record.status)) {
    await settleRun(deps, record);
    return 'settled';
  }
  if (deps.now() - record.createdAtMs > oldestMs) {
    await giveUp(deps, record);
    return 'given_up';
  }
  if (!record.enqueued) {
    await acceptRun(deps, record, await recordedInput(deps, record));
    await deps.runs.change(runId, (current) => markEnqueued(current, deps.now()));
    return 'accepted';
  }
  const { threadId, workspaceId, requestId } = record;
  // Named by when it was due: two sweeps at once send it once, and SQS does not take it for the message that is lost.
  await deps.queue.send({ version: 1, runId, threadId, workspaceId, requestId }, `${runId}-${record.dueAtMs}`);
  await deps.runs.change(runId, (current) => postpone(current, deps.now(), sweepAfterMs.queued));
  return 'requeued';
}

/** Ends a run that no worker could bring to its end. */
export async function giveUp(deps: Omit<SweepDeps, 'queue'>, { runId }: Pick<RunRecord, 'runId'>): Promise<void> {
  const error = {
    code: 'worker_lost' as const,
    message: 'The run was interrupted too often and has been given up. Nothing more will happen; you can try it again.',
  };
  const ended = await deps.runs.change(runId, (current) => end(current, { status: 'failed', error }, deps.now()));
  if (ended && !ended.settled) await settleRun(deps, ended);
}
