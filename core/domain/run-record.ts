import * as z from 'zod';
import { RunError } from '../protocol/errors.ts';
import { AgentId, ClientRequestId, ItemId, RunId, ThreadId, UserId, WorkspaceId } from '../protocol/ids.ts';
import { isTerminal, RunStatus, Usage } from '../protocol/run.ts';
import { mayFollow } from './run-state.ts';
import {
  type Already,
  already,
  type IllegalTransition,
  illegal,
  type Lost,
  type Outdated,
  outdated,
  refusal,
} from './run-transition.ts';
import { RunGrant, Steer, Wait } from './run-wait.ts';
import { stored } from './stored.ts';

/** Tools that did not stop in time when the run was ended, by their names. */
const leftWorking = z.array(z.string()).optional();

/** How a run ended. */
export const Outcome = z.discriminatedUnion('status', [
  z.object({ status: z.literal('completed'), usage: Usage }),
  z.object({ status: z.literal('failed'), error: RunError, usage: Usage.optional(), leftWorking }),
  z.object({ status: z.literal('cancelled'), usage: Usage.optional(), leftWorking }),
  /** It has worked for as long as its agent lets it. */
  z.object({ status: z.literal('timed_out'), usage: Usage.optional(), leftWorking }),
]);
export type Outcome = z.infer<typeof Outcome>;

/**
 * What is kept of a run from the moment it is accepted. Its form is stored: later versions must be able to read it, and what a
 * later one has added is kept.
 */
export const RunRecord = stored(
  z.object({
    version: z.literal(1),
    runId: RunId,
    threadId: ThreadId,
    workspaceId: WorkspaceId,
    userId: UserId,
    isAnonymous: z.boolean(),
    /** Who answers: whom the thread has, until the run begins and knows who has the conversation by then. */
    agentId: AgentId,
    /** It was chosen for this run, so nothing that happens before it changes it. */
    agentChosen: z.boolean().optional(),
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
    lease: z.object({ owner: z.string(), expiresAtMs: z.number() }).optional(),
    /** When its worker began, and how long earlier ones have worked on it. Waiting is not counted. */
    claimedAtMs: z.number().optional(),
    workedMs: z.number().default(0),
    /** When the lease of a worker ran out that did not give it back. If that one was only cut off, it stopped a moment later. */
    lostAtMs: z.number().optional(),
    /** It stands in the log and in the queue. Until then the sweep does both again. */
    enqueued: z.boolean(),
    /** When it was handed to the workers last, or, of one that an earlier run keeps in the queue, was last seen to wait for that one. */
    handedAtMs: z.number().optional(),
    /** Under which name it is to be put into the queue, when not for the first time. */
    sendAs: z.string().optional(),
    /** The earlier run of its thread that it waits for; it is not in the queue. */
    behind: RunId.optional(),
    /** What it waits for, or has waited for. */
    waits: z.array(Wait).default([]),
    /** What it waits for, and what of it was answered, stands in the log. Until then the sweep does it again. */
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
  }),
);
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
  | 'agentChosen'
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

export type Enqueued = { kind: 'enqueued' } | Already | Outdated | IllegalTransition;

/** Notes that the run stands in the queue under this name. `outdated`: it has to be sent again under another one meanwhile. */
export function markEnqueued(record: RunRecord, nowMs: number, sentAs?: string): Change<Enqueued> {
  if (isTerminal(record.status)) return illegal('mark_enqueued', record);
  if (record.status !== 'queued') return already(record);
  if (record.sendAs !== sentAs) return outdated;
  const handed: RunRecord = { ...record, enqueued: true, handedAtMs: nowMs, dueAtMs: nowMs + sweepAfterMs.queued };
  return { record: handed, answer: { kind: 'enqueued' } };
}

/** `asked`: its worker is to end it. `already`: it was asked, or cancelled, before. */
export type Cancel = { kind: 'asked' | 'ended'; record: RunRecord } | Already | IllegalTransition;

/** Notes the wish to end a run. A run that nobody works on (any more) ends at once. */
export function requestCancel(record: RunRecord, nowMs: number): Change<Cancel> {
  if (record.status === 'cancelled') return already(record);
  if (isTerminal(record.status)) return illegal('cancel', record);
  const isWorkedOn = record.status === 'running' && record.lease !== undefined && record.lease.expiresAtMs > nowMs;
  if (isWorkedOn && record.cancelRequested) return already(record);
  const asked: RunRecord = { ...record, cancelRequested: true };
  if (isWorkedOn) return { record: asked, answer: { kind: 'asked', record: asked } };
  const cancelled = ended(asked, { status: 'cancelled' }, nowMs);
  return { record: cancelled, answer: { kind: 'ended', record: cancelled } };
}

/** `steered`: it has been told something that it has not read, and goes on. `already`: it has ended, and that outcome stands. */
export type Finish = { kind: 'ended'; record: RunRecord } | { kind: 'steered' } | Already | Lost | IllegalTransition;

/** A worker's decision how the run ends, which counts if it still holds the run. The first outcome stands. */
export function finish(record: RunRecord, attempt: number, outcome: Outcome, nowMs: number): Change<Finish> {
  if (isTerminal(record.status) && attempt === record.attempt) return already(record);
  const refused = refusal('finish', record, attempt);
  if (refused) return refused;
  if (outcome.status === 'completed' && record.steered.some(({ consumed }) => !consumed))
    return { answer: { kind: 'steered' } };
  const finished = ended(record, outcome, nowMs);
  return { record: finished, answer: { kind: 'ended', record: finished } };
}

/** `already`: it has ended, and that outcome stands. */
export type End = { kind: 'ended'; record: RunRecord } | Already | IllegalTransition;

/** The same for the sweep and the dead-letter consumer, which hold no run. */
export function end(record: RunRecord, outcome: Outcome, nowMs: number): Change<End> {
  if (isTerminal(record.status)) return already(record);
  if (!mayFollow(record.status, outcome.status)) return illegal('end', record);
  const finished = ended(record, outcome, nowMs);
  return { record: finished, answer: { kind: 'ended', record: finished } };
}

export type Settlement = { kind: 'settled' } | Already | IllegalTransition;

/** Notes that all of a run that has ended is written down, and what it took. */
export function settle(record: RunRecord, usage?: Usage): Change<Settlement> {
  if (!isTerminal(record.status)) return illegal('settle', record);
  if (record.settled) return already(record);
  const took = usage && { usage, ...(record.outcome && { outcome: { ...record.outcome, usage } }) };
  return { record: { ...record, ...took, settled: true }, answer: { kind: 'settled' } };
}

/**
 * Lets the sweep look again only after `waitMs`. `outdated`: something has happened to the run since it was due, or since it was
 * put off until `heldUntilMs`.
 */
export const postpone = (
  record: RunRecord,
  nowMs: number,
  waitMs: number,
  heldUntilMs?: number,
): Change<{ kind: 'postponed' } | Outdated> =>
  record.dueAtMs > nowMs && record.dueAtMs !== heldUntilMs
    ? outdated
    : { record: { ...record, dueAtMs: nowMs + waitMs }, answer: { kind: 'postponed' } };

/** Without the worker that had it, whose time is added up. One that is lost has worked as long as its lease at most. */
export function left(record: RunRecord, nowMs: number): RunRecord {
  const { lease, claimedAtMs, ...rest } = record;
  if (!lease || claimedAtMs === undefined) return rest;
  const { expiresAtMs } = lease;
  const isLost = expiresAtMs <= nowMs;
  const workedMs = record.workedMs + Math.max(0, Math.min(nowMs, expiresAtMs) - claimedAtMs);
  return { ...rest, workedMs, ...(isLost && { lostAtMs: expiresAtMs }) };
}

export function ended(record: RunRecord, outcome: Outcome, nowMs: number): RunRecord {
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
