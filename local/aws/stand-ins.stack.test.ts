import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DynamoDbArgument } from './dynamodb-definition.ts';
import { queueUrl, type SqsArgument } from './sqs-definition.ts';
import { type Child, startChild } from './start-child.ts';

const sqsEntry = new URL('./sqs.ts', import.meta.url);
const dynamoDbEntry = new URL('./dynamodb.ts', import.meta.url);
const aws = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, maxAttempts: 1 };

let dataFolder: string;
const children: Child[] = [];

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'stand-ins-'));
});

afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.stop()));
  await rm(dataFolder, { recursive: true });
});

async function start(entry: URL, argument: SqsArgument | DynamoDbArgument): Promise<Child> {
  const child = await startChild(entry, argument);
  children.push(child);
  return child;
}

describe('the SQS stand-in', () => {
  const runs = { name: 'runs.fifo', deadLetter: { name: 'runs-dead.fifo', maxReceiveCount: 3 } };
  const message = { MessageBody: 'one', MessageGroupId: 'thr_1', MessageDeduplicationId: 'run_1' };

  it('creates FIFO queues with redrive and keeps their messages through a SIGKILL', async () => {
    const first = await start(sqsEntry, { port: 0, dataFolder, queues: [runs] });
    const before = new SQSClient({ ...aws, endpoint: first.url });
    await before.send(new SendMessageCommand({ QueueUrl: queueUrl(first.url, 'runs.fifo'), ...message }));
    first.kill('SIGKILL');
    await first.exited;

    const second = await start(sqsEntry, { port: 0, dataFolder, queues: [{ ...runs, visibilityTimeoutSeconds: 7 }] });
    const after = new SQSClient({ ...aws, endpoint: second.url });
    const QueueUrl = queueUrl(second.url, 'runs.fifo');
    const { Messages } = await after.send(new ReceiveMessageCommand({ QueueUrl }));
    const { Attributes } = await after.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));

    expect(Messages?.map(({ Body }) => Body)).toEqual(['one']);
    expect(Attributes).toMatchObject({ FifoQueue: 'true', ContentBasedDeduplication: 'false', VisibilityTimeout: '7' });
    expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toMatchObject({ maxReceiveCount: 3 });
  });

  it('hands a released message out again at once, and counts both times', async () => {
    const child = await start(sqsEntry, { port: 0, dataFolder, queues: [runs] });
    const client = new SQSClient({ ...aws, endpoint: child.url });
    const QueueUrl = queueUrl(child.url, 'runs.fifo');
    await client.send(new SendMessageCommand({ QueueUrl, ...message }));
    const first = await client.send(new ReceiveMessageCommand({ QueueUrl }));

    const release = { QueueUrl, ReceiptHandle: first.Messages?.[0]?.ReceiptHandle, VisibilityTimeout: 0 };
    await client.send(new ChangeMessageVisibilityCommand(release));
    const again = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['ApproximateReceiveCount'] }),
    );

    expect(again.Messages).toMatchObject([{ Body: 'one', Attributes: { ApproximateReceiveCount: '2' } }]);
  });

  it('stops with code 0 on SIGTERM and answers no web page', async () => {
    const child = await start(sqsEntry, { port: 0 });

    const response = await fetch(child.url, { headers: { origin: 'https://evil.example' } });
    await child.stop();

    expect(response.status).toBe(403);
    expect(await child.exited).toBe(0);
  });

  it('says in one line that its port is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const address = blocker.address();
    const port = typeof address === 'object' && address ? address.port : 0;

    await expect(startChild(sqsEntry, { port })).rejects.toThrow(`sqs: port ${port} is used by another program`);
    await expect(startChild(dynamoDbEntry, { port })).rejects.toThrow(
      `dynamodb: port ${port} is used by another program`,
    );

    blocker.close();
  });
});

describe('the DynamoDB stand-in', () => {
  const log = {
    tableName: 'log',
    partitionKey: { name: 'stream' },
    sortKey: { name: 'seq', type: 'N' as const },
    globalIndexes: [{ indexName: 'byRun', partitionKey: { name: 'runId' } }],
  };

  it('creates tables with indexes and keeps their items through a SIGKILL', async () => {
    const first = await start(dynamoDbEntry, { port: 0, dataFolder, tables: [log] });
    const item = { stream: { S: 'thread:1' }, seq: { N: '1' }, runId: { S: 'run_1' } };
    await new DynamoDBClient({ ...aws, endpoint: first.url }).send(
      new PutItemCommand({ TableName: 'log', Item: item }),
    );
    first.kill('SIGKILL');
    await first.exited;

    const second = await start(dynamoDbEntry, { port: 0, dataFolder, tables: [log] });
    const client = new DynamoDBClient({ ...aws, endpoint: second.url });
    const { stream, seq } = item;
    const found = await client.send(new GetItemCommand({ TableName: 'log', Key: { stream, seq } }));
    const byRun = await client.send(
      new QueryCommand({
        TableName: 'log',
        IndexName: 'byRun',
        KeyConditionExpression: 'runId = :run',
        ExpressionAttributeValues: { ':run': { S: 'run_1' } },
      }),
    );

    expect(found.Item).toEqual(item);
    expect(byRun.Items).toEqual([item]);
  });

  it('refuses data of another version instead of serving the wrong table', async () => {
    const first = await start(dynamoDbEntry, { port: 0, dataFolder, tables: [{ ...log, globalIndexes: [] }] });
    await first.stop();

    await expect(startChild(dynamoDbEntry, { port: 0, dataFolder, tables: [log] })).rejects.toThrow(
      'is from another version: the index byRun is new',
    );
  });

  it('exits when its parent dies', async () => {
    const child = spawn(process.execPath, [fileURLToPath(dynamoDbEntry), '{"port":0}'], { stdio: 'pipe' });
    await once(child.stdout, 'data');

    child.stdin.end();

    expect(await once(child, 'close')).toEqual([0, null]);
  });

  it('rejects an argument that it does not understand', async () => {
    await expect(startChild(dynamoDbEntry, { port: 'x' })).rejects.toThrow('dynamodb:');
  });
});
