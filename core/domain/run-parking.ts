import type { RunId } from '../protocol/ids.ts';
import { type Change, left, postpone, type RunRecord, sweepAfterMs } from './run-record.ts';
import { type Already, already, type IllegalTransition, illegal, type Lost, refusal } from './run-transition.ts';

// One run of a thread at a time, also while it waits for a person.

export type Parking = { kind: 'parked' } | Already | Lost | IllegalTransition;

/** Puts a run aside until an earlier one of its thread has ended. Its message is to be deleted. */
export function park(record: RunRecord, attempt: number, behind: RunId, nowMs: number): Change<Parking> {
  if (record.behind === behind && record.attempt === attempt) return already(record);
  const refused = refusal('park', record, attempt);
  if (refused) return refused;
  const parked: RunRecord = { ...left(record, nowMs), status: 'queued', behind, dueAtMs: nowMs + sweepAfterMs.parked };
  return { record: parked, answer: { kind: 'parked' } };
}

/** `already`: nothing keeps it from the workers. */
export type Unparking = { kind: 'due'; record: RunRecord } | Already | IllegalTransition;

/** Its turn has come: it is to be put into the queue again. */
export function unpark(record: RunRecord, nowMs: number): Change<Unparking> {
  if (record.status !== 'queued') return illegal('unpark', record);
  const { behind, ...rest } = record;
  if (!behind) return already(record);
  const sendAs = `${record.runId}-after-${behind}`;
  const due: RunRecord = { ...rest, enqueued: false, sendAs, dueAtMs: nowMs + sweepAfterMs.accepted };
  return { record: due, answer: { kind: 'due', record: due } };
}

/** Notes of a run in the queue that its turn has not come: its time with the workers begins later. Otherwise as `postpone`. */
export function stayBehind(record: RunRecord, nowMs: number, heldUntilMs: number): ReturnType<typeof postpone> {
  const { record: postponed, answer } = postpone(record, nowMs, sweepAfterMs.queued, heldUntilMs);
  return postponed ? { record: { ...postponed, handedAtMs: nowMs }, answer } : { answer };
}
