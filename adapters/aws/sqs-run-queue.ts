import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  MessageSystemAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { unavailable } from '#core/errors.ts';
import type { Logger } from '#core/ports/logger.ts';
import { type ReceivedRun, type RunQueue, readRunMessage } from '#core/ports/run-queue.ts';
import { answerOf, errorName, toPlatformError } from './errors.ts';

const part = 'The run queue';
const largestBatch = 10;
/** How long a message of a later version rests: with ten deliveries, a deployment may take three quarters of an hour. */
const restSeconds = 300;
/** Added to the time that a long poll may take before it counts as unanswered. */
const answerTimeMs = 5_000;

/**
 * Runs in an SQS FIFO queue: the group is the thread, the deduplication id is the run.
 *
 * Each call asks for one message: SQS likes to hand out several of one group at once, and putting the second one back would
 * count as a failed delivery of it.
 */
export function createSqsRunQueue(options: { client: SQSClient; queueUrl: string; logger: Logger }): RunQueue {
  const { client, queueUrl: QueueUrl, logger } = options;

  /** A malformed message stays hidden until its visibility runs out, and at last goes to the dead letters. */
  async function read({ MessageId: messageId, Body, ReceiptHandle, Attributes }: Message): Promise<ReceivedRun[]> {
    const message = readRunMessage(Body ?? '');
    if (!ReceiptHandle || message === null) {
      logger.error({ messageId }, 'A message in the run queue cannot be read.');
      return [];
    }
    if (message === 'newer') {
      logger.warn({ messageId }, 'a message of a later version rests in the run queue');
      const request = { QueueUrl, ReceiptHandle, VisibilityTimeout: restSeconds };
      await unlessRunOut(client.send(new ChangeMessageVisibilityCommand(request)));
      return [];
    }
    const sentAtMs = Number(Attributes?.SentTimestamp) || undefined;
    return [
      { message, receipt: ReceiptHandle, deliveries: Number(Attributes?.ApproximateReceiveCount ?? 1), sentAtMs },
    ];
  }

  return {
    async send(message, name = message.runId) {
      await answerOf(
        part,
        client.send(
          new SendMessageCommand({
            QueueUrl,
            MessageBody: JSON.stringify(message),
            MessageGroupId: message.threadId,
            MessageDeduplicationId: name,
          }),
        ),
      );
    },

    async receive(max, waitSeconds) {
      if (max < 1) return [];
      const request = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 1,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: [
          MessageSystemAttributeName.ApproximateReceiveCount,
          MessageSystemAttributeName.SentTimestamp,
        ],
      });
      const reply = await answerOf(part, client.send(request, { requestTimeout: waitSeconds * 1000 + answerTimeMs }));
      const received: ReceivedRun[] = [];
      for (const message of reply.Messages ?? []) received.push(...(await read(message)));
      return received;
    },

    async extend(receipts, seconds) {
      for (let start = 0; start < receipts.length; start += largestBatch) {
        const Entries = receipts.slice(start, start + largestBatch).map((ReceiptHandle, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout: seconds,
        }));
        const reply = await answerOf(part, client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })));
        const broken = reply.Failed?.find(({ SenderFault }) => !SenderFault);
        if (broken) throw unavailable(part, new Error(`Some visibilities were not changed: ${broken.Code}`));
      }
    },

    async release(receipt, delaySeconds) {
      const request = { QueueUrl, ReceiptHandle: receipt, VisibilityTimeout: delaySeconds };
      await unlessRunOut(client.send(new ChangeMessageVisibilityCommand(request)));
    },

    async delete(receipt) {
      await unlessRunOut(client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt })));
    },
  };
}

const receiptErrors: ReadonlySet<string> = new Set([
  'InvalidParameterValue',
  'InvalidParameterValueException',
  'MessageNotInflight',
  'ReceiptHandleIsInvalid',
]);

/** A receipt that has run out needs nothing more: its message is visible again, or somebody else has it. */
async function unlessRunOut(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (!receiptErrors.has(errorName(error))) throw toPlatformError(part, error);
  }
}
