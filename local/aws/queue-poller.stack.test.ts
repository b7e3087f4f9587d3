import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type QueuePoller, startQueuePoller } from './queue-poller.ts';
import { queueTarget } from './schedule-target.ts';
import { queueArn, queueUrl } from './sqs-definition.ts';
import { type Child, startChild } from './start-child.ts';

let sqs: Child;
let client: SQSClient;

beforeAll(async () => {
  // With a visibility time-out of 0, what was not deleted comes back at once.
  const queues = ['ordered.fifo', 'partial', 'broken'].map((name) => ({
    name,
    visibilityTimeoutSeconds: name === 'ordered.fifo' ? 20 : 0,
  }));
  sqs = await startChild(new URL('./sqs.ts', import.meta.url), { port: 0, queues });
  client = new SQSClient({
    endpoint: sqs.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});

afterAll(async () => {
  client.destroy();
  await sqs.stop();
});

/** Polls a queue until the handler calls `done`, and returns when the poller has stopped. */
async function pollUntilDone(
  name: string,
  handle: (event: SQSEvent, done: () => void) => unknown,
  onError?: (error: unknown) => void,
) {
  const finished = Promise.withResolvers<void>();
  const handler = async (event: SQSEvent) => handle(event, finished.resolve);
  const poller: QueuePoller = startQueuePoller({
    client,
    queueUrl: queueUrl(sqs.url, name),
    queueArn: queueArn(name),
    lambda: { name: 'consumer', handler },
    ...(onError && { onError }),
  });
  await finished.promise;
  await poller.stop();
  const QueueUrl = queueUrl(sqs.url, name);
  const AttributeNames = ['ApproximateNumberOfMessages' as const, 'ApproximateNumberOfMessagesNotVisible' as const];
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  return Object.values(Attributes ?? {}).reduce((left, count) => left + Number(count), 0);
}

describe('queueTarget', () => {
  it('sends one message per due time, however often it is called', async () => {
    const queue = { queueUrl: queueUrl(sqs.url, 'ordered.fifo'), messageGroupId: 'sweep' };
    const target = queueTarget(client, queue, { at: '<aws.scheduler.scheduled-time>' });
    for (const minute of [0, 0, 1]) await target({ scheduleName: 'sweep', scheduledAt: new Date(minute * 60_000) });
    const seen: string[] = [];

    const left = await pollUntilDone('ordered.fifo', (event, done) => {
      seen.push(...event.Records.map(({ body }) => body));
      if (seen.length === 2) done();
    });

    expect(seen).toEqual(['{"at":"1970-01-01T00:00:00.000Z"}', '{"at":"1970-01-01T00:01:00.000Z"}']);
    expect(left).toBe(0);
  });
});

describe('startQueuePoller', () => {
  it('delivers the messages of a group in order and deletes them', async () => {
    for (const id of ['1', '2', '3']) {
      const QueueUrl = queueUrl(sqs.url, 'ordered.fifo');
      await client.send(
        new SendMessageCommand({ QueueUrl, MessageBody: id, MessageGroupId: 'g', MessageDeduplicationId: id }),
      );
    }
    const seen: string[] = [];

    const left = await pollUntilDone('ordered.fifo', (event, done) => {
      seen.push(...event.Records.map(({ body }) => body));
      if (seen.length === 3) done();
    });

    expect(seen).toEqual(['1', '2', '3']);
    expect(left).toBe(0);
  });

  it('gives back only the messages that a function names as failed', async () => {
    const QueueUrl = queueUrl(sqs.url, 'partial');
    for (const body of ['good', 'bad']) await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    const seen: string[] = [];

    const left = await pollUntilDone('partial', (event, done) => {
      seen.push(...event.Records.map(({ body, attributes }) => `${body} ${attributes.ApproximateReceiveCount}`));
      if (seen.includes('bad 2')) return done();
      const failed = event.Records.filter(({ body }) => body === 'bad');
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });

    expect(seen.toSorted()).toEqual(['bad 1', 'bad 2', 'good 1']);
    expect(left).toBe(0);
  });

  it('delivers a batch again when its function threw, and reports the error', async () => {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl(sqs.url, 'broken'), MessageBody: 'x' }));
    const errors: unknown[] = [];
    let calls = 0;

    const left = await pollUntilDone(
      'broken',
      (_event, done) => {
        calls += 1;
        if (calls === 1) throw new Error('first');
        done();
      },
      (error) => errors.push(error),
    );

    expect(errors).toEqual([new Error('first')]);
    expect(left).toBe(0);
  });
});
