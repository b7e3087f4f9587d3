import type { RunId } from '../protocol/ids.ts';
import { type Change, holds, left, type RunRecord, sweepAfterMs } from './run-record.ts';

// One run of a thread at a time, also while it waits for a person.

/** Puts a run aside until an earlier one of its thread has ended. Its message is to be deleted. False when the lease was lost. */
export function park(record: RunRecord, attempt: number, behind: RunId, nowMs: number): Change<boolean> {
  if (!holds(record, attempt)) return { answer: false };
  const parked: RunRecord = { ...left(record, nowMs), status: 'queued', behind, dueAtMs: nowMs + sweepAfterMs.parked };
  return { record: parked, answer: true };
}

/** Its turn has come: it is to be put into the queue again. False when it does not wait for its turn. */
export function unpark(record: RunRecord, nowMs: number): Change<boolean> {
  const { behind, ...rest } = record;
  if (record.status !== 'queued' || !behind) return { answer: false };
  const sendAs = `${record.runId}-after-${behind}`;
  const due: RunRecord = { ...rest, enqueued: false, sendAs, dueAtMs: nowMs + sweepAfterMs.accepted };
  return { record: due, answer: true };
}
