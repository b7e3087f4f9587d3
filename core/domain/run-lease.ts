import { isTerminal } from '../protocol/run.ts';
import { type Change, ended, left, type RunRecord, sweepAfterMs } from './run-record.ts';
import { mayFollow } from './run-state.ts';
import { type Already, already, type IllegalTransition, illegal, type Lost, refusal } from './run-transition.ts';

// How a worker comes to hold a run, keeps it, and gives it back.

export type Claim =
  | { kind: 'claimed'; record: RunRecord }
  /** Another worker holds it; its message is to come back when that lease may have run out. */
  | { kind: 'held'; untilMs: number }
  /** It was to be cancelled when its last worker left it, and has ended by this. */
  | { kind: 'ended'; record: RunRecord }
  /** It has ended before; its last event may still be missing. */
  | Already
  /** It waits to be answered, or for another run: it will be sent again, and this message is one too many. */
  | IllegalTransition;

/** Whether a worker that was handed a run may work on it. Every claim is a new attempt, even of the same worker. */
export function claim(record: RunRecord, worker: { owner: string; nowMs: number; leaseMs: number }): Change<Claim> {
  if (isTerminal(record.status)) return already(record);
  if (!mayFollow(record.status, 'running') || record.behind) return illegal('claim', record);
  const { lease } = record;
  if (lease && lease.expiresAtMs > worker.nowMs) return { answer: { kind: 'held', untilMs: lease.expiresAtMs } };
  if (record.cancelRequested) {
    const cancelled = ended(record, { status: 'cancelled' }, worker.nowMs);
    return { record: cancelled, answer: { kind: 'ended', record: cancelled } };
  }
  const expiresAtMs = worker.nowMs + worker.leaseMs;
  const claimed: RunRecord = {
    ...left(record, worker.nowMs),
    status: 'running',
    attempt: record.attempt + 1,
    lease: { owner: worker.owner, expiresAtMs },
    claimedAtMs: worker.nowMs,
    // Whoever was to tell what it was answered may have died: until that is told again, the record says that it is not done.
    enqueued: record.enqueued || record.resumes === 0,
    lastEventAtMs: worker.nowMs,
    dueAtMs: expiresAtMs + sweepAfterMs.lease,
  };
  return { record: claimed, answer: { kind: 'claimed', record: claimed } };
}

/** How far a run has got: when it told anything last, and what it has used until then. */
export type Progress = Pick<RunRecord, 'lastEventAtMs' | 'usage'>;

/** A record with what its worker knows of its run's progress; what it does not say stays as it was. */
const progressed = (record: RunRecord, { lastEventAtMs = 0, usage }: Progress): RunRecord => ({
  ...record,
  ...(usage && { usage }),
  ...(lastEventAtMs > (record.lastEventAtMs ?? 0) && { lastEventAtMs }),
});

export type Renewal = { kind: 'renewed' | 'cancel' } | Lost | IllegalTransition;

/** Extends a lease, and notes how far the run has got. `cancel`: it is to be ended. */
export function renew(
  record: RunRecord,
  attempt: number,
  expiresAtMs: number,
  progress: Progress = {},
): Change<Renewal> {
  const refused = refusal('renew', record, attempt);
  if (refused) return refused;
  const lease = record.lease && { ...record.lease, expiresAtMs };
  return {
    record: { ...progressed(record, progress), lease, dueAtMs: expiresAtMs + sweepAfterMs.lease },
    answer: { kind: record.cancelRequested ? 'cancel' : 'renewed' },
  };
}

export type Release = { kind: 'released' } | Already | Lost | IllegalTransition;

/** Gives a lease back, so that the next worker need not wait for it to run out. */
export function release(record: RunRecord, attempt: number, nowMs: number, progress: Progress = {}): Change<Release> {
  if (record.status === 'queued' && record.attempt === attempt && !record.behind) return already(record);
  const refused = refusal('release', record, attempt);
  if (refused) return refused;
  const released: RunRecord = {
    ...left(progressed(record, progress), nowMs),
    status: 'queued',
    handedAtMs: nowMs,
    dueAtMs: nowMs + sweepAfterMs.lease,
  };
  return { record: released, answer: { kind: 'released' } };
}
