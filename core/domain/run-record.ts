import * as z from 'zod';
import { RunError } from '../protocol/errors.ts';
import { AgentId, ClientRequestId, ItemId, RunId, ThreadId, UserId, WorkspaceId } from '../protocol/ids.ts';
import { isTerminal, RunStatus, Usage } from '../protocol/run.ts';
import { mayFollow } from './run-state.ts';
import { RunGrant, Steer, Wait } from './run-wait.ts';

/** How a run ended. */
export const Outcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('completed'), usage: Usage }),
  z.object({ status: z.literal('failed'), error: RunError, usage: Usage.optional() }),
  z.object({ status: z.literal('cancelled'), usage: Usage.optional() }),
  /** It has worked for as long as its agent lets it. */
  z.object({ status: z.literal('timed_out'), usage: Usage.optional() }),
]);
export type Outcome = z.infer<typeof Outcome>;

/**
 * What is kept of a run from the moment it is accepted. Its form is stored: later versions must be able to read it, and what a
 * later one has added is kept.
 */
export const RunRecord = z.looseObject({
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
  /** The run whose message it answers anew, from scratch. */
  regenerates: RunId.optional(),
  /** The run whose message was edited into this one's. */
  replaces: RunId.optional(),
  /** The run that it comes after, where that is not the newest of the thread; null for the beginning. */
  parentRunId: RunId.nullable().optional(),
  /** Its message is meant for this run, which reads it under way. If that one takes it, this one is over and was never seen. */
  steers: RunId.optional(),
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
  lease: z.looseObject({ owner: z.string(), expiresAtMs: z.number() }).optional(),
  /** When its worker began, and how long earlier ones have worked on it. Waiting is not counted. */
  claimedAtMs: z.number().optional(),
  workedMs: z.number().default(0),
  /** It stands in the log and in the queue. Until then the sweep does both again. */
  enqueued: z.boolean(),
  /** Under which name it is to be put into the queue, when not for the first time. */
  sendAs: z.string().optional(),
  /** The earlier run of its thread that it waits for; it is not in the queue. */
  behind: RunId.optional(),
  /** What it waits for, or has waited for. */
  waits: z.array(Wait).default([]),
  /** The open waits stand in the log. Until then the sweep does it again. */
  announced: z.boolean().default(true),
  /** How often it was suspended, and how often it went on. */
  suspensions: z.number().default(0),
  resumes: z.number().default(0),
  grants: z.array(RunGrant).default([]),
  /** What was put into it under way, oldest first. */
  steered: z.array(Steer).default([]),
  /** When anything happened to it last, and what it has used until then. */
  lastEventAtMs: z.number().optional(),
  usage: Usage.optional(),
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
  suspended: 15_000,
  /** For a run that waits for an earlier one of its thread. */
  parked: 600_000,
  ended: 30_000,
  failedRepair: 60_000,
} as const;

export type NewRun = Pick<
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
  | 'regenerates'
  | 'replaces'
  | 'parentRunId'
  | 'steers'
  | 'requestId'
  | 'createdAtMs'
  | 'newThread'
  | 'namesThread'
  | 'acceptedAfterSeq'
  | 'feedAfterSeq'
>;

/** `steered`: what a run that this one tries again was told and has never read. */
export function newRunRecord(fields: NewRun, steered: readonly Steer[] = []): RunRecord {
  return {
    ...fields,
    version: 1,
    status: 'queued',
    attempt: 0,
    workedMs: 0,
    enqueued: false,
    waits: [],
    announced: true,
    suspensions: 0,
    resumes: 0,
    grants: [],
    steered: [...steered],
    cancelRequested: false,
    settled: false,
    dueAtMs: fields.createdAtMs + sweepAfterMs.accepted,
  };
}

/** Notes that the run stands in the queue under this name. Not if it has to be sent again under another one meanwhile. */
export function markEnqueued(record: RunRecord, nowMs: number, sentAs?: string): Change<void> {
  if (record.status !== 'queued' || record.sendAs !== sentAs) return { answer: undefined };
  return { record: { ...record, enqueued: true, dueAtMs: nowMs + sweepAfterMs.queued }, answer: undefined };
}

export type Claim =
  | { kind: 'claimed'; record: RunRecord }
  /** Another worker holds it; its message is to come back when that lease may have run out. */
  | { kind: 'held'; untilMs: number }
  /** It waits to be answered, or for another run: it will be sent again, and this message is one too many. */
  | { kind: 'waiting'; record: RunRecord }
  /** The run has ended; its last event may still be missing. */
  | { kind: 'ended'; record: RunRecord };

/**
 * Whether a worker that was handed a run may work on it. Every claim is a new attempt, even of the same worker. A run that
 * was to be cancelled when its last worker left it ends here.
 */
export function claim(record: RunRecord, worker: { owner: string; nowMs: number; leaseMs: number }): Change<Claim> {
  if (isTerminal(record.status)) return { answer: { kind: 'ended', record } };
  if (!mayFollow(record.status, 'running') || record.behind) return { answer: { kind: 'waiting', record } };
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

/** The worker's view of a lease that it believes to hold. `lost`: it must stop and write nothing more. */
export type Renewal = 'renewed' | 'cancel' | 'lost';

/** Extends a lease, and notes how far the run has got. */
export function renew(
  record: RunRecord,
  attempt: number,
  expiresAtMs: number,
  progress: Pick<RunRecord, 'lastEventAtMs' | 'usage'> = {},
): Change<Renewal> {
  if (!holds(record, attempt) || !record.lease) return { answer: 'lost' };
  return {
    record: {
      ...record,
      ...progress,
      lease: { ...record.lease, expiresAtMs },
      dueAtMs: expiresAtMs + sweepAfterMs.lease,
    },
    answer: record.cancelRequested ? 'cancel' : 'renewed',
  };
}

/** Gives a lease back, so that the next worker need not wait for it to run out. False when it was lost before. */
export function release(record: RunRecord, attempt: number, nowMs: number): Change<boolean> {
  if (!holds(record, attempt)) return { answer: false };
  const released: RunRecord = { ...left(record, nowMs), status: 'queued', dueAtMs: nowMs + sweepAfterMs.lease };
  return { record: released, answer: true };
}

/**
 * Notes the wish to end a run. A run that nobody works on (any more) ends at once; one that has ended stays as it is.
 */
export function requestCancel(record: RunRecord, nowMs: number): Change<RunRecord> {
  if (isTerminal(record.status)) return { answer: record };
  const asked: RunRecord = { ...record, cancelRequested: true };
  const isWorkedOn = record.status === 'running' && record.lease !== undefined && record.lease.expiresAtMs > nowMs;
  const cancelled: RunRecord = isWorkedOn ? asked : ended(asked, { status: 'cancelled' }, nowMs);
  return { record: cancelled, answer: cancelled };
}

/** `steered`: it has been told something that it has not read, and goes on. `lost`: the worker does not hold it any more. */
export type Finish = { kind: 'ended'; record: RunRecord } | { kind: 'steered' } | { kind: 'lost' };

/** A worker's decision how the run ends, which counts if it still holds the run. The first outcome stands. */
export function finish(record: RunRecord, attempt: number, outcome: Outcome, nowMs: number): Change<Finish> {
  if (isTerminal(record.status) && attempt === record.attempt) return { answer: { kind: 'ended', record } };
  if (!holds(record, attempt)) return { answer: { kind: 'lost' } };
  if (outcome.status === 'completed' && record.steered.some(({ consumed }) => !consumed))
    return { answer: { kind: 'steered' } };
  const finished = ended(record, outcome, nowMs);
  return { record: finished, answer: { kind: 'ended', record: finished } };
}

/** The same for the sweep and the dead-letter consumer, which hold no run. The answer is the record with the outcome that stands. */
export function end(record: RunRecord, outcome: Outcome, nowMs: number): Change<RunRecord> {
  if (isTerminal(record.status)) return { answer: record };
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

export const holds = (record: RunRecord, attempt: number): boolean =>
  record.status === 'running' && record.attempt === attempt && record.lease !== undefined;

/** Without the worker that had it, whose time is added up. One that is lost has worked as long as its lease at most. */
export function left(record: RunRecord, nowMs: number): RunRecord {
  const { lease, claimedAtMs, ...rest } = record;
  if (!lease || claimedAtMs === undefined) return rest;
  return { ...rest, workedMs: record.workedMs + Math.max(0, Math.min(nowMs, lease.expiresAtMs) - claimedAtMs) };
}

function ended(record: RunRecord, outcome: Outcome, nowMs: number): RunRecord {
  const { behind: _, sendAs: __, ...rest } = left(record, nowMs);
  const usage = outcome.usage ?? record.usage;
  return {
    ...rest,
    status: outcome.status,
    outcome: outcome.status === 'completed' || !usage ? outcome : { ...outcome, usage },
    announced: true,
    lastEventAtMs: nowMs,
    dueAtMs: nowMs + sweepAfterMs.ended,
  };
}
