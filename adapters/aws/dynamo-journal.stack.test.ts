import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobStoreContract } from '#core/ports/blob-store.contract.ts';
import { journalContract } from '#core/ports/journal.contract.ts';
import { newId } from '#core/ports/samples.contract.ts';
import { startChild } from '#local/aws/start-child.ts';
import { createMemoryBlobStore } from '../memory/memory-blob-store.ts';
import { createDynamoJournal } from './dynamo-journal.ts';
import { createS3BlobStore } from './s3-blob-store.ts';
import { type DynamoStandIn, localClients, observe, startDynamo } from './testing.ts';

const now = () => 1_800_000_000_000;
const bucket = 'blobs';
let dynamo: DynamoStandIn;
let s3: Awaited<ReturnType<typeof startChild>>;
let table: string;

beforeAll(async () => {
  [dynamo, s3] = await Promise.all([
    startDynamo(),
    startChild(new URL('../../local/aws/s3.ts', import.meta.url), { port: 0, buckets: [bucket] }),
  ]);
  table = await dynamo.createTable('journal');
});
afterAll(() => Promise.all([dynamo.stop(), s3.stop()]));

const blobs = () => createS3BlobStore({ client: localClients({ s3: s3.url }).s3, bucket });

journalContract('DynamoDB', async () => createDynamoJournal({ client: dynamo.client, table, blobs: blobs(), now }));
blobStoreContract('S3', async () => blobs());

describe('a journal on DynamoDB', () => {
  it('takes an entry as kept whose reply was lost', async () => {
    const client = dynamo.newClient();
    const journal = createDynamoJournal({ client, table, blobs: createMemoryBlobStore(), now });
    const runId = newId('run');
    observe(client).loseReplies('PutItem', 1);

    const answer = await journal.put(runId, { v: 1, index: 0, attempt: 1, entry: { type: 'began', owner: 'one' } });

    expect(answer).toBe('kept');
    expect(await journal.read(runId)).toHaveLength(1);
  });
});
