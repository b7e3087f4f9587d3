// The event source mapping from an SQS queue to a function.
import { setTimeout as wait } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { invokeLambda, type Lambda } from './lambda.ts';
import { finishedMessages, toSqsEvent } from './sqs-event.ts';

export interface QueuePollerOptions {
  client: SQSClient;
  queueUrl: string;
  queueArn: string;
  lambda: Lambda;
  /** 1 to 10 (Lambda developer guide: up to 10 without a batching window). */
  batchSize?: number;
  /** Batches at a time; FIFO order within a group holds for any number. */
  concurrency?: number;
  /** How long a poll waits. It is also how long `stop()` may take. */
  waitSeconds?: number;
  onError?(error: unknown): void;
}

export interface QueuePoller {
  /** Takes no more messages and resolves when the last batch is settled. */
  stop(): Promise<void>;
}

/**
 * Polls until it is stopped. At least once: a batch whose function fails comes again after the queue's visibility
 * time-out. Polls are never aborted, because an aborted poll of `fauxqs` swallows the next message.
 */
export function startQueuePoller(options: QueuePollerOptions): QueuePoller {
  const stopping = new AbortController();
  const loops = Array.from({ length: options.concurrency ?? 1 }, () => poll(options, stopping.signal));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

async function poll(options: QueuePollerOptions, stopping: AbortSignal): Promise<void> {
  let delayMs = 100;
  while (!stopping.aborted) {
    try {
      const messages = await receive(options);
      if (messages.length > 0) await (stopping.aborted ? release(options, messages) : deliver(options, messages));
      delayMs = 100;
    } catch (error) {
      options.onError?.(error);
      // The wait is cut short by stop().
      await wait(delayMs, undefined, { signal: stopping }).catch(() => {});
      delayMs = Math.min(delayMs * 2, 5_000);
    }
  }
}

async function receive({ client, queueUrl, batchSize, waitSeconds }: QueuePollerOptions): Promise<Message[]> {
  const answer = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: batchSize ?? 10,
      WaitTimeSeconds: waitSeconds ?? 1,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return answer.Messages ?? [];
}

async function deliver(options: QueuePollerOptions, messages: Message[]): Promise<void> {
  const outcome = await invokeLambda(options.lambda, toSqsEvent(messages, options.queueArn));
  if (outcome.status === 'failed') options.onError?.(outcome.error);
  if (outcome.status === 'timed_out') options.onError?.(new Error(`${options.lambda.name} timed out`));
  const finished = finishedMessages(messages, outcome);
  if (finished.length === 0) return;
  await options.client.send(
    new DeleteMessageBatchCommand({ QueueUrl: options.queueUrl, Entries: finished.map(toEntry) }),
  );
}

async function release({ client, queueUrl }: QueuePollerOptions, messages: Message[]): Promise<void> {
  const Entries = messages.map((message, index) => ({ ...toEntry(message, index), VisibilityTimeout: 0 }));
  await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
}

function toEntry(message: Message, index: number): { Id: string; ReceiptHandle: string | undefined } {
  return { Id: String(index), ReceiptHandle: message.ReceiptHandle };
}
