import type { ItemId } from '../protocol/ids.ts';
import { isTerminal } from '../protocol/run.ts';
import { bytesAsJson } from '../protocol/text.ts';
import { type Change, holds, type RunRecord } from './run-record.ts';

/** What a record keeps of unread messages at most: a row of DynamoDB holds 400 KB. */
const mostUnreadBytes = 128 * 1024;

/** `taken`, also if it was before. `refused`: the run is over or has too much to read, and the message is to be a run of its own. */
export type Steering = 'taken' | 'refused';

/** Puts a message into a run that is under way (queued ones and those that wait, too: it has not been answered yet). */
export function steer(record: RunRecord, message: { itemId: ItemId; text: string }, nowMs: number): Change<Steering> {
  if (record.steered.some(({ itemId }) => itemId === message.itemId)) return { answer: 'taken' };
  if (isTerminal(record.status) || record.cancelRequested || record.steers) return { answer: 'refused' };
  const unreadBytes = record.steered.reduce((sum, { text }) => sum + bytesAsJson(text), bytesAsJson(message.text));
  if (unreadBytes > mostUnreadBytes) return { answer: 'refused' };
  const steered = [...record.steered, { ...message, atMs: nowMs, consumed: false }];
  return { record: { ...record, steered, lastEventAtMs: nowMs }, answer: 'taken' };
}

/** Notes that the run has read these, once that stands in its journal. False when the worker does not hold the run. */
export function consumeSteers(record: RunRecord, attempt: number, itemIds: readonly ItemId[]): Change<boolean> {
  if (!holds(record, attempt)) return { answer: false };
  const steered = record.steered.map((message) =>
    itemIds.includes(message.itemId) ? { ...message, text: '', consumed: true } : message,
  );
  return { record: { ...record, steered }, answer: true };
}

/** Ends, unseen, a run whose message another one has taken. One that is worked on, or over, stays as it is. */
export const mergeInto = (record: RunRecord): Change<RunRecord> => {
  if (!isToBeMerged(record)) return { answer: record };
  const usage = { modelCalls: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 };
  const { behind: _, sendAs: __, ...rest } = record;
  const merged: RunRecord = { ...rest, status: 'completed', outcome: { status: 'completed', usage }, settled: true };
  return { record: merged, answer: merged };
};

/** It is a run of its own after all: nobody took its message. */
export const standAlone = (record: RunRecord): Change<RunRecord> => {
  if (!isToBeMerged(record)) return { answer: record };
  const { steers: _, ...alone } = record;
  return { record: alone, answer: alone };
};

const isToBeMerged = ({ status, steers }: RunRecord): boolean => status === 'queued' && steers !== undefined;
