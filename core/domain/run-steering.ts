import type { ItemId } from '../protocol/ids.ts';
import { isTerminal } from '../protocol/run.ts';
import { bytesAsJson } from '../protocol/text.ts';
import { usageOf } from './paid-calls.ts';
import type { Change, RunRecord } from './run-record.ts';
import { type Already, already, type IllegalTransition, illegal, type Lost, refusal } from './run-transition.ts';

/** What a record keeps of unread messages at most: a row of DynamoDB holds 400 KB. */
const mostUnreadBytes = 128 * 1024;

/** `too_much`: it has too much to read already. A message that is not taken is to be a run of its own. */
export type Steering = { kind: 'taken' } | { kind: 'too_much' } | Already | IllegalTransition;

/** Puts a message into a run that is under way (queued ones and those that wait, too: it has not been answered yet). */
export function steer(record: RunRecord, message: { itemId: ItemId; text: string }, nowMs: number): Change<Steering> {
  if (record.steered.some(({ itemId }) => itemId === message.itemId)) return already(record);
  if (isTerminal(record.status) || record.cancelRequested || record.steers) return illegal('steer', record);
  const unreadBytes = record.steered.reduce((sum, { text }) => sum + bytesAsJson(text), bytesAsJson(message.text));
  if (unreadBytes > mostUnreadBytes) return { answer: { kind: 'too_much' } };
  const steered = [...record.steered, { ...message, atMs: nowMs, consumed: false }];
  return { record: { ...record, steered, lastEventAtMs: nowMs }, answer: { kind: 'taken' } };
}

/** Notes that the run has read these, once that stands in its journal. */
export function consumeSteers(
  record: RunRecord,
  attempt: number,
  itemIds: readonly ItemId[],
): Change<{ kind: 'read' } | Already | Lost | IllegalTransition> {
  const refused = refusal('read_steers', record, attempt);
  if (refused) return refused;
  const isNews = record.steered.some(({ itemId, consumed }) => !consumed && itemIds.includes(itemId));
  if (!isNews) return already(record);
  const steered = record.steered.map((message) =>
    itemIds.includes(message.itemId) ? { ...message, text: '', consumed: true } : message,
  );
  return { record: { ...record, steered }, answer: { kind: 'read' } };
}

/** Each answer has the run as it stands. */
export type Merging = { kind: 'merged'; record: RunRecord } | Already | IllegalTransition;

/** Ends, unseen, a run whose message another one has taken. */
export function mergeInto(record: RunRecord): Change<Merging> {
  if (record.steers && record.status === 'completed' && record.attempt === 0) return already(record);
  if (!isToBeMerged(record)) return illegal('merge', record);
  const { behind: _, sendAs: __, ...rest } = record;
  const outcome = { status: 'completed', usage: usageOf([]) } as const;
  const merged: RunRecord = { ...rest, status: 'completed', outcome, settled: true };
  return { record: merged, answer: { kind: 'merged', record: merged } };
}

/** It is a run of its own after all: nobody took its message. */
export function standAlone(
  record: RunRecord,
): Change<{ kind: 'alone'; record: RunRecord } | Already | IllegalTransition> {
  if (!record.steers && !isTerminal(record.status)) return already(record);
  if (!isToBeMerged(record)) return illegal('stand_alone', record);
  const { steers: _, ...alone } = record;
  return { record: alone, answer: { kind: 'alone', record: alone } };
}

const isToBeMerged = ({ status, steers }: RunRecord): boolean => status === 'queued' && steers !== undefined;
