import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId, notice, sampleRecord } from '#core/ports/samples.contract.ts';
import type { S3Argument } from '../../local/aws/s3-definition.ts';
import { startChild } from '../../local/aws/start-child.ts';
import { createMemoryLogger } from '../memory/memory-logger.ts';
import { createAwsEraser } from './aws-eraser.ts';
import { createDynamoEventLog } from './dynamo-event-log.ts';
import { createDynamoJournal } from './dynamo-journal.ts';
import { createDynamoRunStore } from './dynamo-run-store.ts';
import { createDynamoSpendCounters } from './dynamo-spend-counters.ts';
import { createS3BlobStore } from './s3-blob-store.ts';
import { type DynamoStandIn, localClients, startDynamo } from './testing.ts';

let dynamo: DynamoStandIn;
let s3: Awaited<ReturnType<typeof startChild>>;
const dataFolder = mkdtempSync(join(tmpdir(), 'troupe-eraser-'));
const bucket = 'texts';
beforeAll(async () => {
  const argument = { port: 0, dataFolder, buckets: [bucket] } satisfies S3Argument;
  [dynamo, s3] = await Promise.all([
    startDynamo(),
    startChild(new URL('../../local/aws/s3.ts', import.meta.url), argument),
  ]);
});
afterAll(async () => {
  await Promise.all([dynamo.stop(), s3.stop()]);
  rmSync(dataFolder, { recursive: true, force: true });
});

it('takes away what is meant, in several rounds if need be, and nothing else', async () => {
  const now = () => 1_800_000_000_000;
  const tables = {
    log: await dynamo.createTable('log'),
    runs: await dynamo.createTable('runs'),
    journal: await dynamo.createTable('journal'),
    counters: await dynamo.createTable('counters'),
  };
  const { client } = dynamo;
  const clients = localClients({ s3: s3.url });
  const blobs = createS3BlobStore({ client: clients.s3, bucket });
  const log = createDynamoEventLog({ client, table: tables.log, now });
  const journal = createDynamoJournal({ client, table: tables.journal, blobs, now });
  const runs = createDynamoRunStore({ client, table: tables.runs, now, logger: createMemoryLogger([]) });
  const counters = createDynamoSpendCounters({ client, table: tables.counters, now });
  const eraser = createAwsEraser({ dynamo: client, s3: clients.s3, bucket, tables });
  const [mine, theirs] = [sampleRecord(), sampleRecord()];
  for (const { runId, threadId } of [mine, theirs]) {
    for (let batch = 0; batch < 300; batch += 1)
      await log.append(`thread:${threadId}`, { batchId: `${batch}`, events: [notice('Hello')] });
    await blobs.put(`threads/${threadId}/blobs/1`, 'An output.');
    await blobs.put(`journal/${runId}/0-1`, 'An entry.');
    await journal.put(runId, { v: 1, index: 0, attempt: 1, entry: { type: 'began', owner: 'worker-1' } });
    await counters.allow(runId, 'turns', null);
    await counters.begin(runId, 5, undefined);
  }
  for (const record of [mine, theirs]) await runs.create(record, { text: 'A question.' });

  for (let round = 0; round < 2; round += 1) {
    await eraser.run(mine.runId);
    await eraser.texts(`threads/${mine.threadId}/`);
    await eraser.stream(`thread:${mine.threadId}`);
    await eraser.counter(newId('bdg'));
  }

  const left = async (record: typeof mine) => [
    (await log.read(`thread:${record.threadId}`, 0, 1_000)).length,
    await blobs.get(`threads/${record.threadId}/blobs/1`),
    await blobs.get(`journal/${record.runId}/0-1`),
    (await journal.read(record.runId)).length,
    (await runs.get(record.runId))?.runId ?? null,
    (await runs.input(record))?.text ?? null,
    await counters.allowance(record.runId, 'turns'),
    (await counters.committed([record.runId])).get(record.runId),
  ];
  expect(await left(mine)).toEqual([0, null, null, 0, null, null, undefined, undefined]);
  expect(await left(theirs)).toEqual([300, 'An output.', 'An entry.', 1, theirs.runId, 'A question.', null, 5]);
});
