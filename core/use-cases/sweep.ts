import { logIds } from '../domain/log-ids.ts';
import { stayBehind } from '../domain/run-parking.ts';
import { end, postpone, type RunRecord, sweepAfterMs } from '../domain/run-record.ts';
import { expire } from '../domain/run-suspension.ts';
import { isProjectTrouble } from '../errors.ts';
import type { RunId, WorkspaceId } from '../protocol/ids.ts';
import { isTerminal } from '../protocol/run.ts';
import { liveRuns } from '../protocol/thread-view.ts';
import { acceptRun, recordedInput } from './accept-run.ts';
import { announceAnswers } from './announce-answers.ts';
import type { ApplyDeps } from './apply-decisions.ts';
import type { Deps } from './deps.ts';
import { loadThread } from './load-thread.ts';
import { wake } from './park-run.ts';
import { type SettleDeps, settleRun } from './settle-run.ts';
import { announceWaits } from './suspend-run.ts';
import { finishThreadChange, type ThreadDeps } from './threads.ts';

export type SweepDeps = Omit<Deps, 'connections'> & SettleDeps & ApplyDeps & Pick<ThreadDeps, 'threadOutbox'>;

/** What a sweep has put right: docs/operations.md says what each means. All zeros is the normal case. */
export interface SweepReport {
  /** Recorded, but neither in the log nor in the queue. */
  accepted: number;
  /** Nobody works on it and its message is gone. */
  requeued: number;
  /** Answered, or its turn had come, but not in the queue. */
  resumed: number;
  /** It waits, but readers were not told for what, or of an answer. */
  announced: number;
  /** Not answered in time. This is no repair. */
  expired: number;
  /** Ended, but not written down. */
  settled: number;
  /** Nobody could work on it for two hours. */
  given_up: number;
  /** Threads that were made, named or deleted in Postgres, of which readers were not told. */
  threads: number;
  failed: number;
}

type Repair = Exclude<keyof SweepReport, 'failed' | 'threads'>;

const nothing: SweepReport = {
  accepted: 0,
  requeued: 0,
  resumed: 0,
  announced: 0,
  expired: 0,
  settled: 0,
  given_up: 0,
  threads: 0,
  failed: 0,
};

/** A run that a worker was to take, and of which none has shown a sign of life for this long, is given up. One whose turn has not come is not. */
const longestSilenceMs = 2 * 3_600_000;

/** For how long a sweep begins repairs, and then changes of threads: what is slow leaves the rest its turn. */
const longestMs = { repairs: 20_000, threads: 10_000 };

/**
 * Puts right what a dead process left half-way, and answers what nobody has answered in time. Every repair may be done
 * twice; one that fails is tried again a minute later and does not stop the others, nor does one that the process dies of: each
 * is put off before it is begun. A run that merely waits, for an earlier one of its thread or for a person, is left alone.
 */
export async function sweep(deps: SweepDeps, limit = 100): Promise<SweepReport> {
  const report = { ...nothing };
  await repairRuns(deps, limit, report);
  await finishThreadChanges(deps, limit, report);
  return report;
}

async function repairRuns(deps: SweepDeps, limit: number, report: SweepReport): Promise<void> {
  const untilMs = deps.now() + longestMs.repairs;
  /** Workspaces whose own project has failed: what is left of them rests, so that they take no more of this sweep's time. */
  const troubled = new Set<WorkspaceId>();
  for (const record of await deps.runs.listDue(deps.now(), limit)) {
    if (deps.now() > untilMs) return;
    try {
      const held = await hold(deps, record);
      const done = held && !troubled.has(record.workspaceId) ? await repair(deps, held) : null;
      if (done) {
        report[done] += 1;
        deps.logger.info({ ...logIds(record), repair: done }, 'the sweep repaired a run');
      }
    } catch (error) {
      report.failed += 1;
      if (isProjectTrouble(error)) troubled.add(record.workspaceId);
      deps.logger.error({ ...logIds(record), error }, 'the sweep could not repair a run');
    }
  }
}

async function finishThreadChanges(deps: SweepDeps, limit: number, report: SweepReport): Promise<void> {
  const untilMs = deps.now() + longestMs.threads;
  for (const change of await deps.threadOutbox.listDue(deps.now(), limit)) {
    if (deps.now() > untilMs) return;
    try {
      await deps.threadOutbox.postpone(change.id, deps.now() + sweepAfterMs.failedRepair);
      await finishThreadChange(deps, change);
      report.threads += 1;
    } catch (error) {
      report.failed += 1;
      deps.logger.error({ error, threadId: change.threadId }, 'the sweep could not finish a change of a thread');
    }
  }
}

/**
 * Puts a run behind the others before it is repaired, so that a hundred that cannot be repaired, or one that the sweep dies of, do
 * not keep it from the rest. Null when something has happened to it since it was due.
 */
async function hold({ runs, now }: SweepDeps, record: RunRecord): Promise<RunRecord | null> {
  const nowMs = now();
  const held = await runs.change(record.runId, (current) => postpone(current, nowMs, sweepAfterMs.failedRepair));
  return held?.kind === 'postponed' ? { ...record, dueAtMs: nowMs + sweepAfterMs.failedRepair } : null;
}

async function repair(deps: SweepDeps, record: RunRecord): Promise<Repair | null> {
  if (isTerminal(record.status)) return (await settleRun(deps, record)) ? 'settled' : null;
  if (record.status === 'queued' && !record.enqueued) return sendAgain(deps, record);
  if (record.status !== 'queued' && record.status !== 'running') return repairWaiting(deps, record);
  if (record.behind) return repairParked(deps, record, record.behind);
  const isSilent = deps.now() - lastSignMs(record) > longestSilenceMs;
  if ((record.status === 'queued' || isSilent) && (await waitsItsTurn(deps, record))) {
    await deps.runs.change(record.runId, (current) => stayBehind(current, deps.now(), record.dueAtMs));
    return null;
  }
  if (isSilent) {
    await giveUp(deps, record);
    return 'given_up';
  }
  const { runId, threadId, workspaceId, requestId } = record;
  // Named by when it was due: two sweeps at once send it once, and SQS does not take it for the message that is lost.
  await deps.queue.send({ version: 1, runId, threadId, workspaceId, requestId }, `${runId}-${record.dueAtMs}`);
  return leaveAlone(deps, record, 'requeued');
}

/** A run that was recorded, answered or woken, and then left by whoever was to send it to the workers. */
async function sendAgain(deps: SweepDeps, record: RunRecord): Promise<Repair> {
  if (record.resumes > 0) {
    await announceAnswers(deps, record);
    return 'resumed';
  }
  const input = record.sendAs ? undefined : await recordedInput(deps, record);
  await acceptRun(deps, record, input);
  return record.sendAs ? 'resumed' : 'accepted';
}

async function repairWaiting(deps: SweepDeps, record: RunRecord): Promise<Repair | null> {
  // Nothing is answered, and be it by nobody, before readers know of the question.
  if (!record.announced) await announceWaits(deps, record);
  const late = await deps.runs.change(record.runId, (current) => expire(current, deps.now()));
  if (late?.kind === 'answered') {
    for (const { kind } of late.waits) deps.metrics.record('WaitsExpired', 1, { Kind: kind });
    await announceAnswers(deps, late.record);
    return 'expired';
  }
  if (record.announced) return leaveAlone(deps, record, null);
  await announceAnswers(deps, record);
  return 'announced';
}

async function repairParked(deps: SweepDeps, record: RunRecord, behind: RunId): Promise<Repair | null> {
  const blocker = await deps.runs.get(behind);
  if (blocker && !isTerminal(blocker.status)) return leaveAlone(deps, record, null, sweepAfterMs.parked);
  return (await wake(deps, record.runId)) ? 'resumed' : null;
}

/** Whether an earlier run of the thread has not ended: then the queue holds this one's message back, or a worker will put it aside. */
async function waitsItsTurn(deps: SweepDeps, record: RunRecord): Promise<boolean> {
  const loaded = await loadThread(deps, await deps.minter.forUser(record), record.threadId, 1);
  const [oldest] = loaded ? liveRuns(loaded.view) : [];
  return oldest !== undefined && oldest.id !== record.runId && loaded?.view.runs[record.runId] !== undefined;
}

async function leaveAlone<Done extends Repair | null>(
  { runs, now }: SweepDeps,
  { runId, dueAtMs }: RunRecord,
  done: Done,
  waitMs: number = sweepAfterMs.queued,
): Promise<Done> {
  await runs.change(runId, (current) => postpone(current, now(), waitMs, dueAtMs));
  return done;
}

/** When a worker showed life last, or the run became a worker's to take. */
const lastSignMs = ({ createdAtMs, handedAtMs, lastEventAtMs, lease }: RunRecord): number =>
  Math.max(createdAtMs, handedAtMs ?? 0, lastEventAtMs ?? 0, lease?.expiresAtMs ?? 0);

/** Ends a run that no worker could bring to its end; not if it turns out not to be lost. */
export async function giveUp(
  deps: SettleDeps,
  { runId }: Pick<RunRecord, 'runId'>,
  isLost: (record: RunRecord) => boolean = () => true,
): Promise<void> {
  const error = {
    code: 'worker_lost' as const,
    message: 'The run was interrupted too often and has been given up. Nothing more will happen; you can try it again.',
  };
  const ended = await deps.runs.change(runId, (current) =>
    isLost(current) ? end(current, { status: 'failed', error }, deps.now()) : { answer: null },
  );
  if (ended?.kind === 'illegal_transition') throw ended;
  if (ended && !ended.record.settled) await settleRun(deps, ended.record);
}
