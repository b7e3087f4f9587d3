// What earlier versions have stored is read by this one, and what this one stores is what was frozen last.

import { readdirSync, readFileSync } from 'node:fs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoConnectionStore } from '#adapters/aws/dynamo-connection-store.ts';
import { createDynamoEventLog } from '#adapters/aws/dynamo-event-log.ts';
import { createDynamoJournal } from '#adapters/aws/dynamo-journal.ts';
import { createDynamoRateLimiter } from '#adapters/aws/dynamo-rate-limiter.ts';
import { createDynamoRunStore } from '#adapters/aws/dynamo-run-store.ts';
import { createDynamoSpendCounters } from '#adapters/aws/dynamo-spend-counters.ts';
import { createDynamoThreadOutbox } from '#adapters/aws/dynamo-thread-outbox.ts';
import { createMemoryBlobStore } from '#adapters/memory/memory-blob-store.ts';
import { createMemoryLogger } from '#adapters/memory/memory-logger.ts';
import { JournalRecord } from '#core/domain/journal.ts';
import { claim } from '#core/domain/run-lease.ts';
import { RunRecord } from '#core/domain/run-record.ts';
import { RunMessage, readRunMessage } from '#core/ports/run-queue.ts';
import { ThreadChange } from '#core/ports/thread-outbox.ts';
import { isKnownEvent } from '#core/protocol/event.ts';
import { entries, longOutput, messageOfToday, nowMs, record, rowsOfToday, sample } from './row-formats.ts';
import { rowStore, type WireRow } from './row-store.ts';
import { outlineOf, storedSchemas } from './schemas.ts';

const formats = new URL('../fixtures/formats/', import.meta.url);
const contentOf = (path: string): unknown => JSON.parse(readFileSync(new URL(path, formats), 'utf8'));
const versionsOf = (folder: string): string[] =>
  readdirSync(new URL(`${folder}/`, formats)).toSorted(
    (a, b) => Number.parseInt(a.slice(1), 10) - Number.parseInt(b.slice(1), 10),
  );

const advice =
  'A stored form has changed. Workers of the version before will meet it, and this one still meets what that one wrote: see docs/reliability.md. ' +
  'Leave the frozen files as they are, run `node tests/formats/freeze.ts`, and for a new form of a record, journal, event or message add ' +
  'an example of it to tests/fixtures/formats';

describe('what is frozen is what this version stores', () => {
  it.each(Object.entries(storedSchemas))('as the schema of %s says', (name, schema) => {
    const newest = versionsOf(`schemas/${name}`).at(-1);

    expect(outlineOf(schema), advice).toEqual(contentOf(`schemas/${name}/${newest}`));
  });

  it.each(Object.entries(rowsOfToday))('in the rows of %s', async (name, rows) => {
    const newest = versionsOf(`rows/${name}`).at(-1);

    expect(await rows(), advice).toEqual(contentOf(`rows/${name}/${newest}`));
  });

  it('in the messages of the run queue', () => {
    const newest = versionsOf('queue-body').at(-1);

    expect(messageOfToday(), advice).toEqual(contentOf(`queue-body/${newest}`));
  });
});

/** Adds something to every object, however deep, as a later version may. */
function sprinkled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sprinkled);
  if (typeof value !== 'object' || value === null) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([name, each]) => [name, sprinkled(each)])), later: [7] };
}

describe('what a later version adds, however deep, is kept of', () => {
  const examples = (folder: string): [string, unknown][] =>
    readdirSync(new URL(`${folder}/`, formats)).map((file) => [`${folder}/${file}`, contentOf(`${folder}/${file}`)]);

  it.each(examples('run-record'))('%s, also when this version goes on with it', (_file, written) => {
    const added = sprinkled(written) as RunRecord;

    const read = RunRecord.parse(added);

    expect(read).toMatchObject(added);
    const { record: claimed } = claim(read, { owner: 'worker-2', nowMs: read.createdAtMs + 1e9, leaseMs: 18_000 });
    if (claimed) expect(claimed).toMatchObject({ later: [7], waits: read.waits, steered: read.steered });
  });

  it.each(examples('journal'))('%s', (_file, written) => {
    expect(JournalRecord.array().parse(sprinkled(written))).toMatchObject(sprinkled(written) as object);
  });

  it.each(examples('queue-message'))('%s', (_file, written) => {
    expect(RunMessage.parse(sprinkled(written))).toEqual(sprinkled(written));
  });

  it('changes of threads', () => {
    const changes = (contentOf('rows/outbox/v1.json') as WireRow[]).map(({ change }) => JSON.parse(change?.S ?? ''));

    expect(ThreadChange.array().parse(sprinkled(changes))).toEqual(sprinkled(changes));
  });
});

const now = () => nowMs;
const eachVersion = (name: string): [string, WireRow[]][] =>
  versionsOf(`rows/${name}`).map((file) => [`rows/${name}/${file}`, contentOf(`rows/${name}/${file}`) as WireRow[]]);
const { runId, threadId, userId, workspaceId } = sample;

describe('this version reads rows of', () => {
  it.each(eachVersion('log'))('the log: %s', async (_file, rows) => {
    const log = createDynamoEventLog({ client: rowStore(rows).client, table: 'log', now });

    const read = await log.read(`thread:${threadId}`, 0, 100);

    expect(read.map(({ seq, event }) => [seq, event.type])).toEqual([
      [1, 'thread.created'],
      [2, 'run.started'],
      [3, 'notice'],
    ]);
    expect(read.every(({ event }) => isKnownEvent(event))).toBe(true);
    expect(read[1]).toMatchObject({ runId, attempt: 1 });
    expect(await log.head(`thread:${threadId}`)).toBe(3);
  });

  it.each(eachVersion('runs'))('runs and requests: %s', async (_file, rows) => {
    const store = createDynamoRunStore({
      client: rowStore(rows).client,
      table: 'runs',
      now,
      logger: createMemoryLogger([]),
    });

    expect(await store.get(runId)).toEqual(record);
    expect(await store.getMany([runId])).toEqual([record]);
    expect(await store.input(record)).toEqual({ text: 'Hello' });
  });

  it.each(eachVersion('journal'))('journals, with what stands in object storage: %s', async (_file, rows) => {
    const blobs = createMemoryBlobStore();
    const long = entries.findIndex((entry) => entry.type === 'tool_done');
    await blobs.put(`journal/${runId}/${long}-1`, JSON.stringify(entries[long]));
    const journal = createDynamoJournal({ client: rowStore(rows).client, table: 'journal', blobs, now });

    const read = await journal.read(runId);

    expect(read.map(({ entry }) => entry)).toEqual(entries);
    expect(read[long]?.entry).toMatchObject({ output: longOutput });
    expect(rows[long]).toMatchObject({ blob: { S: `journal/${runId}/${long}-1` } });
  });

  it.each(eachVersion('outbox'))('changes of threads, done and not: %s', async (_file, rows) => {
    const done = rows.map(({ dueShard: _, dueAtMs: __, ...row }) => row);
    const outboxOf = (written: readonly WireRow[]) =>
      createDynamoThreadOutbox({ client: rowStore(written).client, table: 'runs', now });

    const due = await outboxOf(rows).listDue(nowMs + 1, 10);

    expect(due.map(({ kind, id }) => [kind, id])).toEqual([
      ['create', 'change-1'],
      ['rename', 'change-2'],
      ['delete', 'change-3'],
    ]);
    expect(await outboxOf(done).listDue(nowMs + 1, 10)).toEqual([]);
  });

  it.each(eachVersion('connections'))('connections, subscriptions and tickets: %s', async (_file, rows) => {
    const store = createDynamoConnectionStore({ client: rowStore(rows).client, table: 'connections', now });

    expect(await store.get('connection-1')).toMatchObject({ kind: 'person', userId, expiresAtMs: nowMs });
    expect(await store.get('connection-2')).toMatchObject({ kind: 'service', workspaceId, scopes: ['read', 'run'] });
    expect(await store.subscribers(`thread:${threadId}`)).toEqual([
      { connectionId: 'connection-1', expiresAtMs: nowMs },
    ]);
    expect(await store.ofUser(userId)).toEqual(['connection-1', 'connection-2']);
    expect(await store.redeem('ticket-1', nowMs)).toMatchObject({ kind: 'person', userId });
    expect(await store.revokedBefore(userId)).toBe(nowMs);
  });

  it('connections from before there were services', async () => {
    const row = {
      pk: 'connection#old',
      sk: '-',
      connectionId: 'old',
      userId,
      isAnonymous: true,
      email: null,
      expiresAtMs: 5,
    };
    const store = createDynamoConnectionStore({ client: rowStore([marshall(row)]).client, table: 'connections', now });

    expect(await store.get('old')).toMatchObject({ kind: 'person', userId, isAnonymous: true, issuedAtMs: 0 });
  });

  it.each(eachVersion('counters'))('counters, and the calls that hold something there: %s', async (_file, rows) => {
    const counters = createDynamoSpendCounters({ client: rowStore(rows).client, table: 'counters', now });

    expect(await counters.call({ runId, callId: '1' })).toMatchObject({
      amountMicroUsd: 50,
      counters: [`run:${runId}`],
    });
    expect(await counters.unfinished(runId)).toHaveLength(1);
    expect(await counters.committed([`run:${runId}`])).toEqual(new Map([[`run:${runId}`, 120]]));
    expect(await counters.allowance(runId, `run:${runId}`)).toBe(500);
  });

  it('counters and buckets as they are after updates', async () => {
    const updated = contentOf('updated-rows/v1.json') as WireRow[];
    const { client } = rowStore(updated);
    const counters = createDynamoSpendCounters({ client, table: 'counters', now });
    const limiter = createDynamoRateLimiter({ client, table: 'counters', now });

    expect(await counters.call({ runId, callId: '1' })).toMatchObject({ costMicroUsd: 40 });
    expect(await counters.unfinished(runId)).toEqual([]);
    expect(await counters.committed([`run:${runId}`])).toEqual(new Map([[`run:${runId}`, 170]]));
    expect(await limiter.take({ name: 'requests', count: 10, seconds: 60 }, 'one')).toMatchObject({ allowed: false });
  });

  it.each(versionsOf('queue-body'))('the body of a message: %s', (file) => {
    expect(readRunMessage(String(contentOf(`queue-body/${file}`)))).toMatchObject({
      version: 1,
      runId,
      threadId,
      workspaceId,
    });
  });
});
