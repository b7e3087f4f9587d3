import { setTimeout as delay } from 'node:timers/promises';
import { CreateQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryLogger, type LogLine } from '#adapters/memory/memory-logger.ts';
import { runQueueContract } from '#core/ports/run-queue.contract.ts';
import { sampleMessage } from '#core/ports/samples.contract.ts';
import { type Child, startChild } from '#local/aws/start-child.ts';
import { createSqsRunQueue } from './sqs-run-queue.ts';
import { localClients } from './testing.ts';

let standIn: Child;

beforeAll(async () => {
  standIn = await startChild(new URL('../../local/aws/sqs.ts', import.meta.url), { port: 0 });
});
afterAll(() => standIn.stop());

/** The queue's URL is the stand-in's own, whose host does not resolve. */
async function createQueue() {
  const { sqs } = localClients({ sqs: standIn.url });
  const Attributes = { FifoQueue: 'true', VisibilityTimeout: '2' };
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: `${crypto.randomUUID()}.fifo`, Attributes }),
  );
  const logged: LogLine[] = [];
  const queue = createSqsRunQueue({ client: sqs, queueUrl: QueueUrl, logger: createMemoryLogger(logged) });
  return { sqs, QueueUrl, queue, logged };
}

runQueueContract('SQS', async () => {
  const { queue } = await createQueue();
  // The stand-in has a clock of its own.
  return { queue, pass: (milliseconds) => delay(milliseconds) };
});

describe('the run queue on SQS', () => {
  it.each(['no json: secret', '{"version":2,"secret":true}'])(
    'leaves %s and says so without its content',
    async (body) => {
      const { sqs, QueueUrl, queue, logged } = await createQueue();
      await sqs.send(
        new SendMessageCommand({ QueueUrl, MessageBody: body, MessageGroupId: 'bad', MessageDeduplicationId: 'bad' }),
      );
      const good = sampleMessage();
      await queue.send(good);

      const received = [...(await queue.receive(10, 0)), ...(await queue.receive(10, 0))];

      expect(received.map(({ message }) => message)).toEqual([good]);
      expect(logged).toHaveLength(1);
      expect(JSON.stringify(logged)).not.toContain('secret');
    },
  );

  it('is unavailable when nothing answers', async () => {
    const { sqs } = localClients({ sqs: 'http://127.0.0.1:9' });
    const queue = createSqsRunQueue({
      client: sqs,
      queueUrl: 'http://queue.example/1/q.fifo',
      logger: createMemoryLogger([]),
    });

    await expect(queue.send(sampleMessage())).rejects.toMatchObject({ code: 'unavailable' });
    await expect(queue.receive(1, 1)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(queue.delete('receipt')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
