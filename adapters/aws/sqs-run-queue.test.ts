import { ChangeMessageVisibilityCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import type { LogLine } from '#adapters/memory/memory-logger.ts';
import { createMemoryLogger } from '#adapters/memory/memory-logger.ts';
import { sampleMessage } from '#core/ports/samples.contract.ts';
import { createSqsRunQueue } from './sqs-run-queue.ts';

/** A queue that hands out this body once. */
function queueWith(body: string) {
  const lines: LogLine[] = [];
  const sent: object[] = [];
  const client = {
    async send(command: unknown) {
      if (command instanceof ReceiveMessageCommand)
        return {
          Messages: [{ MessageId: 'm', ReceiptHandle: 'r', Body: body, Attributes: { ApproximateReceiveCount: '3' } }],
        };
      if (command instanceof ChangeMessageVisibilityCommand) sent.push(command.input);
      return {};
    },
  } as unknown as SQSClient;
  return { queue: createSqsRunQueue({ client, queueUrl: 'q', logger: createMemoryLogger(lines) }), lines, sent };
}

it('lets a message of a later version rest, for a worker of that one', async () => {
  const { queue, lines, sent } = queueWith('{"version":2,"run":"of another form"}');

  expect(await queue.receive(1, 0)).toEqual([]);
  expect(sent).toEqual([{ QueueUrl: 'q', ReceiptHandle: 'r', VisibilityTimeout: 300 }]);
  expect(lines).toMatchObject([{ level: 'warn' }]);
});

it('leaves a malformed message to the dead letters, and hands out the others with what later versions added', async () => {
  const message = { ...sampleMessage(), later: { deep: 7 } };
  const malformed = queueWith('{"version":1}');
  const fine = queueWith(JSON.stringify(message));

  expect(await malformed.queue.receive(1, 0)).toEqual([]);
  expect(malformed).toMatchObject({ sent: [], lines: [{ level: 'error' }] });
  expect(await fine.queue.receive(1, 0)).toEqual([{ message, receipt: 'r', deliveries: 3, sentAtMs: undefined }]);
});
