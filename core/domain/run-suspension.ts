import type { ApprovalId } from '../protocol/ids.ts';
import { isTerminal, type Usage, type WaitingRunStatus, waitingRunStatuses } from '../protocol/run.ts';
import { bytesAsJson } from '../protocol/text.ts';
import { type Change, ended, left, type RunRecord, sweepAfterMs } from './run-record.ts';
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
import { isOpen, isUntold, type RunGrant, saysTheSame, type Wait, type WaitAnswer } from './run-wait.ts';

// How a run comes to wait for people and clients, and how it goes on.

export type Suspension =
  /** It waits; what it waits for is yet to be written into the log. */
  | { kind: 'suspended'; record: RunRecord }
  /** Nothing is left to wait for: it goes on by way of the queue. */
  | { kind: 'resumed'; record: RunRecord }
  /** It was to be cancelled meanwhile, and has ended. */
  | { kind: 'ended'; record: RunRecord }
  /** It waits for these by an earlier try; they may yet have to be written into the log. */
  | Already
  | Lost
  | IllegalTransition;

/**
 * Lets a run wait, when it can do nothing until somebody answers. A wait that it has had before (same call and kind) keeps
 * its answer. What clients have put out earlier is let go: the run has come here from it, so its journal has it. `usage` is what it
 * has used until now.
 */
export function suspend(
  before: RunRecord,
  attempt: number,
  asked: readonly Wait[],
  nowMs: number,
  usage: Usage | undefined = before.usage,
): Change<Suspension> {
  const record: RunRecord = usage ? { ...before, usage } : before;
  const known = new Set(record.waits.map(keyOf));
  if (isWaiting(record) && record.attempt === attempt && asked.every((wait) => known.has(keyOf(wait))))
    return already(record);
  const refused = refusal('suspend', record, attempt);
  if (refused) return refused;
  if (record.cancelRequested) {
    const cancelled = ended(record, { status: 'cancelled' }, nowMs);
    return { record: cancelled, answer: { kind: 'ended', record: cancelled } };
  }
  const waits = [...record.waits.map(withoutOutput), ...asked.filter((wait) => !known.has(keyOf(wait)))];
  const idle: RunRecord = { ...left(record, nowMs), waits, suspensions: record.suspensions + 1, lastEventAtMs: nowMs };
  if (!waits.some(isOpen)) {
    const resumed = resume(idle, nowMs);
    return { record: resumed, answer: { kind: 'resumed', record: resumed } };
  }
  const suspended: RunRecord = {
    ...idle,
    status: waitingStatus(waits),
    announced: false,
    dueAtMs: nowMs + sweepAfterMs.suspended,
  };
  return { record: suspended, answer: { kind: 'suspended', record: suspended } };
}

/**
 * Notes that readers have been told what the run waits for: from now on the sweep looks only for what is not answered in time.
 * `outdated`: there is an answer that nobody has told, or the run waits for something else meanwhile.
 */
export function markAnnounced(
  record: RunRecord,
  suspension: number,
): Change<{ kind: 'announced' } | Already | Outdated> {
  if (record.announced) return already(record);
  if (record.suspensions !== suspension || record.waits.some(isUntold)) return outdated;
  const announced: RunRecord = { ...record, announced: true, dueAtMs: nextExpiry(record) ?? record.dueAtMs };
  return { record: announced, answer: { kind: 'announced' } };
}

/** Notes that readers have been told of these answers. They knew the questions: those are told before anything is answered. */
export function markTold(
  record: RunRecord,
  suspension: number,
  answered: readonly Wait[],
): Change<{ kind: 'told' } | Already> {
  const ids = new Set(answered.map(({ id }) => id));
  const isNew = (wait: Wait) => ids.has(wait.id) && isUntold(wait);
  if (isTerminal(record.status) || !record.waits.some(isNew)) return already(record);
  const waits = record.waits.map((wait) => (isNew(wait) ? { ...wait, told: true } : wait));
  const told: RunRecord = { ...record, waits };
  return { record: markAnnounced(told, suspension).record ?? told, answer: { kind: 'told' } };
}

/** Notes that the room which a decision gives has been made. */
export function markApplied(record: RunRecord, id: ApprovalId): Change<{ kind: 'applied' } | Already> {
  if (record.waits.every((wait) => wait.id !== id || wait.applied)) return already(record);
  const waits = record.waits.map((wait) => (wait.id === id ? { ...wait, applied: true } : wait));
  return { record: { ...record, waits }, answer: { kind: 'applied' } };
}

export type Answered =
  /** `waits`: what this has answered, which may be more than was asked for. `resumed`: nothing is left to wait for. */
  | { kind: 'answered'; record: RunRecord; waits: readonly Wait[]; resumed: boolean }
  /** The same was said before. */
  | Already
  /** Something else was said before. */
  | { kind: 'conflict'; wait: Wait }
  /** It asks nothing any more. */
  | IllegalTransition
  /** The outputs that the run would have to keep are too large, all in all. */
  | { kind: 'too_large' }
  | { kind: 'unknown' };

/** What a record keeps of clients' outputs at most: a row of DynamoDB holds 400 KB. */
const mostOutputBytes = 200 * 1024;

/**
 * Answers a wait of a run; the first answer counts. An approval for the whole run also answers the other open calls of that
 * tool. With the last answer the run goes on by way of the queue.
 */
export function answer(record: RunRecord, id: ApprovalId, given: WaitAnswer, nowMs: number): Change<Answered> {
  const wait = record.waits.find((candidate) => candidate.id === id);
  if (!wait) return { answer: { kind: 'unknown' } };
  if (wait.answer) {
    return saysTheSame(wait.answer, given) ? already(record) : { answer: { kind: 'conflict', wait } };
  }
  if (!isWaiting(record)) return illegal('answer', record);
  if (outputBytes(record.waits.map(({ answer }) => answer)) + outputBytes([given]) > mostOutputBytes)
    return { answer: { kind: 'too_large' } };
  const grant = grantOf(wait, given);
  const isAnswered = (other: Wait) => isOpen(other) && (other.id === id || isCovered(other, grant));
  return answerAll(record, isAnswered, given, nowMs, grant ? [grant] : []);
}

/** `not_due`: there is time yet. */
export type Expiry = Extract<Answered, { kind: 'answered' }> | { kind: 'not_due' } | IllegalTransition;

/** Answers what nobody has answered in time. */
export function expire(record: RunRecord, nowMs: number): Change<Expiry> {
  if (!isWaiting(record)) return illegal('expire', record);
  const isLate = (wait: Wait) => isOpen(wait) && wait.expiresAtMs <= nowMs;
  if (!record.waits.some(isLate)) return { answer: { kind: 'not_due' } };
  return answerAll(record, isLate, { type: 'expired' }, nowMs);
}

function answerAll(
  record: RunRecord,
  isAnswered: (wait: Wait) => boolean,
  given: WaitAnswer,
  nowMs: number,
  grants: readonly RunGrant[] = [],
): { record: RunRecord; answer: Extract<Answered, { kind: 'answered' }> } {
  const waits = record.waits.map((wait) => (isAnswered(wait) ? { ...wait, answer: given, answeredAtMs: nowMs } : wait));
  const told: RunRecord = { ...record, waits, grants: [...record.grants, ...grants], lastEventAtMs: nowMs };
  const resumed = !waits.some(isOpen);
  const next = resumed
    ? resume(told, nowMs)
    : { ...told, status: waitingStatus(waits), announced: false, dueAtMs: nowMs + sweepAfterMs.suspended };
  const answered = waits.filter((wait) => record.waits.some((before) => before.id === wait.id && isAnswered(before)));
  return { record: next, answer: { kind: 'answered', record: next, waits: answered, resumed } };
}

/** It goes on, with a worker, once it is in the queue again. Nobody needs to be asked any more. */
function resume(record: RunRecord, nowMs: number): RunRecord {
  const resumes = record.resumes + 1;
  return {
    ...record,
    status: 'queued',
    announced: true,
    resumes,
    enqueued: false,
    sendAs: `${record.runId}-resume-${resumes}`,
    dueAtMs: nowMs + sweepAfterMs.accepted,
  };
}

/** What the run waits for, as one status: a person before a client before a budget. */
export function waitingStatus(waits: readonly Wait[]): WaitingRunStatus {
  const kinds = new Set(waits.filter(isOpen).map(({ kind }) => kind));
  if (kinds.has('tool_call') || kinds.has('interrupted_call')) return 'awaiting_approval';
  return kinds.has('client_tool') ? 'awaiting_client_tool' : 'paused_budget';
}

const isWaiting = ({ status }: RunRecord): boolean => waitingRunStatuses.some((waiting) => waiting === status);

/** What a run waits for now. */
export const openWaits = (record: RunRecord): Wait[] => (isTerminal(record.status) ? [] : record.waits.filter(isOpen));

const keyOf = ({ callId, kind }: Wait): string => `${kind} ${callId}`;

const nextExpiry = ({ waits }: RunRecord): number | undefined => {
  const times = waits.filter(isOpen).map(({ expiresAtMs }) => expiresAtMs);
  return times.length > 0 ? Math.min(...times) : undefined;
};

/** What an answer allows beyond its own call. */
function grantOf({ kind, call, agentId }: Wait, given: WaitAnswer): RunGrant | null {
  if (kind !== 'tool_call' || !call || given.type !== 'decision' || given.decision.decision !== 'approve') return null;
  return given.decision.scope === 'once' ? null : { agentId, tool: call.name };
}

const isCovered = ({ kind, call, agentId }: Wait, grant: RunGrant | null): boolean =>
  grant !== null && kind === 'tool_call' && agentId === grant.agentId && call?.name === grant.tool;

function withoutOutput(wait: Wait): Wait {
  if (wait.answer?.type !== 'output') return wait;
  const { result: _, ...rest } = wait.answer;
  return { ...wait, answer: rest };
}

const outputBytes = (answers: readonly (WaitAnswer | undefined)[]): number =>
  answers.reduce(
    (sum, given) =>
      sum + (given?.type === 'output' ? bytesAsJson(given.result?.output ?? given.result?.error ?? '') : 0),
    0,
  );
