import { createNewId } from '../domain/ids.ts';
import { newRunRecord, type RunRecord } from '../domain/run-record.ts';
import type { Wait } from '../domain/run-wait.ts';
import type { Event } from '../protocol/event.ts';
import { UserId } from '../protocol/ids.ts';
import type { StreamName } from './event-log.ts';
import type { RunMessage } from './run-queue.ts';

/** Data for the contract suites; no two are alike, so that suites can share one store. */
export const newId = createNewId(Date.now, (count) => crypto.getRandomValues(new Uint8Array(count)));
export const newUserId = (): UserId => UserId.parse(crypto.randomUUID());
export const newStream = (): StreamName => `thread:${newId('thr')}`;

export const notice = (message: string): Event => ({ type: 'notice', level: 'info', message });

export const sampleRecord = (fields: Partial<Parameters<typeof newRunRecord>[0]> = {}): RunRecord =>
  newRunRecord({
    runId: newId('run'),
    threadId: newId('thr'),
    workspaceId: newId('wsp'),
    userId: newUserId(),
    isAnonymous: false,
    agentId: newId('agt'),
    clientRequestId: crypto.randomUUID(),
    inputItemId: newId('itm'),
    requestId: 'request-1',
    createdAtMs: 1_800_000_000_000,
    newThread: true,
    acceptedAfterSeq: 0,
    feedAfterSeq: 0,
    ...fields,
  });

export const sampleWait = (fields: Partial<Wait> = {}): Wait => ({
  id: newId('apr'),
  kind: 'tool_call',
  callId: newId('itm'),
  itemId: newId('itm'),
  agentId: newId('agt'),
  ...(fields.kind !== 'budget' && { call: { itemId: newId('itm'), name: 'send', arguments: '{}' } }),
  message: 'May it be done?',
  decider: 'requester_or_admin',
  requestedAtMs: 1_800_000_000_000,
  expiresAtMs: 1_900_000_000_000,
  ...fields,
});

export const sampleMessage = (fields: Partial<RunMessage> = {}): RunMessage => ({
  version: 1,
  runId: newId('run'),
  threadId: newId('thr'),
  workspaceId: newId('wsp'),
  requestId: 'request-1',
  ...fields,
});
