import { createDynamoConnectionStore } from '#adapters/aws/dynamo-connection-store.ts';
import { createDynamoEventLog } from '#adapters/aws/dynamo-event-log.ts';
import { createDynamoJournal } from '#adapters/aws/dynamo-journal.ts';
import { createDynamoRunStore } from '#adapters/aws/dynamo-run-store.ts';
import { createDynamoSpendCounters } from '#adapters/aws/dynamo-spend-counters.ts';
import { createDynamoThreadOutbox } from '#adapters/aws/dynamo-thread-outbox.ts';
import { createMemoryBlobStore } from '#adapters/memory/memory-blob-store.ts';
import { createMemoryLogger } from '#adapters/memory/memory-logger.ts';
import type { JournalEntry } from '#core/domain/journal.ts';
import { newRunRecord, type RunRecord } from '#core/domain/run-record.ts';
import { sampleMessage, sampleWait } from '#core/ports/samples.contract.ts';
import { UserId } from '#core/protocol/ids.ts';
import { at, createCountedIds, usage } from '#core/protocol/testing.ts';
import { rowStore, type WireRow } from './row-store.ts';

export const nowMs = 1_800_000_000_000;
const now = () => nowMs;

// The same in every run, and so in every file of tests/fixtures/formats/rows.
const ids = createCountedIds();
export const sample = {
  runId: ids('run'),
  threadId: ids('thr'),
  workspaceId: ids('wsp'),
  agentId: ids('agt'),
  inputItemId: ids('itm'),
  approvalId: ids('apr'),
  apiKeyId: ids('key'),
  userId: UserId.parse('3f2b6c1e-6f0d-4a53-9a5e-0c7a3c0e8a11'),
} as const;
const { runId, threadId, workspaceId, agentId, inputItemId, approvalId, userId, apiKeyId } = sample;

export const record: RunRecord = {
  ...newRunRecord({
    runId,
    threadId,
    workspaceId,
    userId,
    isAnonymous: false,
    agentId,
    clientRequestId: 'request-key-1',
    inputItemId,
    requestId: 'request-1',
    createdAtMs: nowMs,
    newThread: true,
    acceptedAfterSeq: 0,
    feedAfterSeq: 3,
  }),
  status: 'awaiting_approval',
  attempt: 2,
  enqueued: true,
  announced: false,
  suspensions: 1,
  waits: [
    sampleWait({
      id: approvalId,
      callId: '1.0',
      itemId: inputItemId,
      agentId,
      call: { itemId: inputItemId, name: 'send', arguments: '{}' },
    }),
  ],
  grants: [{ agentId, tool: 'look' }],
  steered: [{ itemId: inputItemId, text: 'Shorter.', atMs: nowMs, consumed: false }],
  usage,
};

export const longOutput = 'x'.repeat(310_000);
const ofCall = { scope: '', callKey: '1.0', at } as const;
export const entries: readonly JournalEntry[] = [
  { type: 'began', owner: 'worker-1' },
  {
    type: 'model',
    scope: '',
    turn: 1,
    requestHash: 'hash-1',
    agentId,
    model: 'demo/scripted',
    response: { id: 'response-1', output: [{ type: 'function_call', callId: 'a' }], usage },
    said: [{ type: 'message', text: 'I look.' }],
    at,
  },
  { type: 'tool_started', ...ofCall, tool: 'look', argumentsHash: 'hash-2', idempotent: true },
  { type: 'tool_done', ...ofCall, ok: true, output: longOutput, durationMs: 5 },
  { type: 'steered', afterTurn: 1, messages: [{ itemId: inputItemId, text: 'Shorter.' }], at },
];

const thread = {
  id: threadId,
  workspaceId,
  agentId,
  title: 'New',
  status: 'active',
  createdAt: at,
  updatedAt: at,
} as const;
const person = { kind: 'person', userId, isAnonymous: false, email: null, issuedAtMs: 1, expiresAtMs: nowMs } as const;
const change = { threadId, userId, isAnonymous: false, threadAfterSeq: 1, feedAfterSeq: 2, dueAtMs: nowMs } as const;
const rates = { input: 1, cachedInput: 0.1, output: 2 };

/** What this version puts into the tables, each written by its adapter. What differs by chance is made the same. */
export const rowsOfToday: Readonly<Record<string, () => Promise<WireRow[]>>> = {
  async log() {
    const { client, written } = rowStore([]);
    const log = createDynamoEventLog({ client, table: 'log', now, writerId: 'writer-1' });
    const batch = { runId, attempt: 1 };
    await log.append(`thread:${threadId}`, { batchId: 'accepted', events: [{ type: 'thread.created', thread }] });
    await log.append(`thread:${threadId}`, {
      ...batch,
      batchId: 'worker',
      events: [
        { type: 'run.started', agentId, model: 'demo/scripted' },
        { type: 'notice', level: 'info', message: 'hello' },
      ],
    });
    return written;
  },
  async runs() {
    const { client, written } = rowStore([]);
    const logger = createMemoryLogger([]);
    await createDynamoRunStore({ client, table: 'runs', now, logger }).create(record, { text: 'Hello' });
    return written.map((row) => ('writeId' in row ? { ...row, writeId: { S: 'write-1' } } : row));
  },
  async journal() {
    const { client, written } = rowStore([]);
    const journal = createDynamoJournal({ client, table: 'journal', blobs: createMemoryBlobStore(), now });
    for (const [index, entry] of entries.entries()) await journal.put(runId, { v: 1, index, attempt: 1, entry });
    return written;
  },
  async outbox() {
    const { client, written } = rowStore([]);
    const outbox = createDynamoThreadOutbox({ client, table: 'runs', now });
    await outbox.put({ kind: 'create', id: 'change-1', ...change, thread });
    await outbox.put({ kind: 'rename', id: 'change-2', ...change, title: 'Other' });
    await outbox.put({ kind: 'delete', id: 'change-3', ...change });
    return written;
  },
  async connections() {
    const { client, written } = rowStore([]);
    const store = createDynamoConnectionStore({ client, table: 'connections', now });
    await store.open({ ...person, connectionId: 'connection-1' });
    const service = {
      ...person,
      kind: 'service',
      isAnonymous: false,
      workspaceId,
      apiKeyId,
      scopes: ['read'],
    } as const;
    await store.open({ ...service, scopes: ['read', 'run'], connectionId: 'connection-2' });
    await store.subscribe({ connectionId: 'connection-1', expiresAtMs: nowMs }, `thread:${threadId}`);
    await store.issue('ticket-1', person, nowMs);
    await store.revoke(userId, nowMs);
    return written;
  },
  async counters() {
    const { client, written } = rowStore([]);
    const counters = createDynamoSpendCounters({ client, table: 'counters', now });
    const price = {
      ...rates,
      validFrom: '2026-01-01',
      above: { ...rates, inputTokens: 200_000 },
      source: 'list',
    } as const;
    await counters.open({ runId, callId: '1', amountMicroUsd: 50, price, counters: [`run:${runId}`] });
    await counters.begin(`run:${runId}`, 120, undefined);
    await counters.allow(runId, `run:${runId}`, 500);
    return written;
  },
};

export const messageOfToday = (): string =>
  JSON.stringify(
    sampleMessage({
      runId,
      threadId,
      workspaceId,
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    }),
  );
