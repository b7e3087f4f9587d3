import * as z from 'zod';
import { RunError } from '../protocol/errors.ts';
import { AgentId, ClientRequestId, ItemId, RunId, ThreadId, UserId, WorkspaceId } from '../protocol/ids.ts';
import { isTerminal, RunStatus, Usage } from '../protocol/run.ts';
import { mayFollow } from './run-state.ts';

/** How a run ended. */
export const Outcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('completed'), usage: Usage }),
  z.object({ status: z.literal('failed'), error: RunError, usage: Usage.optional() }),
  z.object({ status: z.literal('cancelled'), usage: Usage.optional() }),
]);
export type Outcome = z.infer<typeof Outcome>;

/** What is kept of a run from the moment it is accepted. Its form is stored: later versions must be able to read it. */
export const RunRecord = z.object({
  version: z.literal(1),
  runId: RunId,
  threadId: ThreadId,
  workspaceId: WorkspaceId,
  userId: UserId,
  isAnonymous: z.boolean(),
  agentId: AgentId,
  clientRequestId: ClientRequestId,
  /** The user message to answer: new with this run, or of the run that it tries again. */
  inputItemId: ItemId,
  retryOf: RunId.optional(),
  /** Correlates the log lines of request and run. */
  requestId: z.string(),
  createdAtMs: z.number(),
  /** The thread begins with this run; its row and its place in the owner's feed are made with it. */
  newThread: z.boolean(),
  /** The thread was there, without a title: the input names it. */
  namesThread: z.boolean().optional(),
  /** The heads of the thread's log and of the owner's feed when the run was accepted: where to look for what it wrote. */
  acceptedAfterSeq: z.number(),
  feedAfterSeq: z.number(),
  status: RunStatus,
  /** How often a worker has begun it. */
  attempt: z.number(),
  lease: z.object({ owner: z.string(), expiresAtMs: z.number() }).optional(),
  /** It stands in the log and in the queue. Until then the sweep does both again. */
  enqueued: z.boolean(),
  cancelRequested: z.boolean(),
  outcome: Outcome.optional(),
  /** Its last event is in the log and its items are in Postgres. */
  settled: z.boolean(),
  /** When the sweep is to look at it, if nothing has happened by then. */
  dueAtMs: z.number(),
  /** The queue message that could not be worked on, kept for a redrive. */
  deadLetter: z.string().optional(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** What a decision makes of a record: a new one to be written, or nothing, and an answer for the caller. */
export interface Change<Answer> {
  readonly record?: RunRecord;
  readonly answer: Answer;
}

/** How long after its last sign of life a run is looked at by the sweep. */
export const sweepAfterMs = {
  accepted: 15_000,
  queued: 300_000,
  lease: 60_000,
  ended: 30_000,
  failedRepair: 60_000,
} as const;

export function newRunRecord(
  fields: Pick<
    RunRecord,
    | 'runId'
    | 'threadId'
    | 'workspaceId'
    | 'userId'
    | 'isAnonymous'
    | 'agentId'
    | 'clientRequestId'
    | 'inputItemId'
    | 'retryOf'
    | 'requestId'
    | 'createdAtMs'
    | 'newThread'
    | 'namesThread'
    | 'acceptedAfterSeq'
    | 'feedAfterSeq'
  >,
): RunRecord {
  return {
    ...fields,
    version: 1,
    status: 'queued',
    attempt: 0,
    enqueued: false,
    cancelRequested: false,
    settled: false,
    dueAtMs: fields.createdAtMs + sweepAfterMs.accepted,
  };
}

export function markEnqueued(record: RunRecord, nowMs: number): Change<void> {
  if (record.status !== 'queued') return { answer: undefined };
  return { record: { ...record, enqueued: true, dueAtMs: nowMs + sweepAfterMs.queued }, answer: undefined };
}

export type Claim =
  | { kind: 'claimed'; record: RunRecord }
  /** Another worker holds it; its message is to come back when that lease may have run out. */
  | { kind: 'held'; untilMs: number }
  /** The run has ended; its last event may still be missing. */
  | { kind: 'ended'; record: RunRecord };

/**
 * Whether a worker that was handed a run may work on it. Every claim is a new attempt, even of the same worker. A run that
 * was to be cancelled when its last worker left it ends here.
 */
export function claim(record: RunRecord, worker: { owner: string; nowMs: number; leaseMs: number }): Change<Claim> {
  if (!mayFollow(record.status, 'running')) return { answer: { kind: 'ended', record } };
  const { lease } = record;
  if (lease && lease.expiresAtMs > worker.nowMs) return { answer: { kind: 'held', untilMs: lease.expiresAtMs } };
  if (record.cancelRequested) {
    const cancelled = ended(record, { status: 'cancelled' }, worker.nowMs);
    return { record: cancelled, answer: { kind: 'ended', record: cancelled } };
  }
  const expiresAtMs = worker.nowMs + worker.leaseMs;
  const claimed: RunRecord = {
    ...record,
    status: 'running',
    attempt: record.attempt + 1,
    lease: { owner: worker.owner, expiresAtMs },
    enqueued: true,
    dueAtMs: expiresAtMs + sweepAfterMs.lease,
  };
  return { record: claimed, answer: { kind: 'claimed', record: claimed } };
}

/** The worker's view of a lease that it believes to hold. `lost`: it must stop and write nothing more. */
export type Renewal = 'renewed' | 'cancel' | 'lost';

export function renew(record: RunRecord, attempt: number, expiresAtMs: number): Change<Renewal> {
  if (!holds(record, attempt) || !record.lease) return { answer: 'lost' };
  return {
    record: { ...record, lease: { ...record.lease, expiresAtMs }, dueAtMs: expiresAtMs + sweepAfterMs.lease },
    answer: record.cancelRequested ? 'cancel' : 'renewed',
  };
}

/** Gives a lease back, so that the next worker need not wait for it to run out. False when it was lost before. */
export function release(record: RunRecord, attempt: number, nowMs: number): Change<boolean> {
  if (!holds(record, attempt)) return { answer: false };
  const { lease: _, ...rest } = record;
  return { record: { ...rest, status: 'queued', dueAtMs: nowMs + sweepAfterMs.lease }, answer: true };
}

/** Notes the wish to end a run. A run that nobody works on ends at once; one that has ended stays as it is. */
export function requestCancel(record: RunRecord, nowMs: number): Change<RunRecord> {
  if (isTerminal(record.status)) return { answer: record };
  const asked: RunRecord = { ...record, cancelRequested: true };
  const cancelled: RunRecord = record.status === 'running' ? asked : ended(asked, { status: 'cancelled' }, nowMs);
  return { record: cancelled, answer: cancelled };
}

/**
 * Decides how a run ends, once: the first outcome stands. A worker gives its attempt and must still hold the run; the
 * sweep and the dead-letter consumer give none. The answer is the record with the outcome that stands, or null when the
 * caller does not hold the run.
 */
export function finish(record: RunRecord, outcome: Outcome, nowMs: number, attempt?: number): Change<RunRecord | null> {
  if (isTerminal(record.status)) return { answer: attempt === undefined || attempt === record.attempt ? record : null };
  if (attempt !== undefined && !holds(record, attempt)) return { answer: null };
  const finished = ended(record, outcome, nowMs);
  return { record: finished, answer: finished };
}

/** Notes that all of a run that has ended is written down. */
export const settle = (record: RunRecord): Change<void> => ({
  record: { ...record, settled: true },
  answer: undefined,
});

/** Lets the sweep look again only after `waitMs`, unless something has happened to the run since it was due. */
export const postpone = (record: RunRecord, nowMs: number, waitMs: number): Change<void> =>
  record.dueAtMs > nowMs
    ? { answer: undefined }
    : { record: { ...record, dueAtMs: nowMs + waitMs }, answer: undefined };

const holds = (record: RunRecord, attempt: number): boolean =>
  record.status === 'running' && record.attempt === attempt && record.lease !== undefined;

function ended(record: RunRecord, outcome: Outcome, nowMs: number): RunRecord {
  const { lease: _, ...rest } = record;
  return { ...rest, status: outcome.status, outcome, dueAtMs: nowMs + sweepAfterMs.ended };
}
