// Which queues the SQS stand-in has. A name that ends in `.fifo` makes a FIFO queue, as on AWS.
import * as z from 'zod';

export const QueueDefinition = z.strictObject({
  name: z.string(),
  /** A dead worker's message is delivered again after this time. */
  visibilityTimeoutSeconds: z.int().min(0).max(43_200).default(20),
  /** The queue for messages that were received too often. It is created if it is not defined. */
  deadLetter: z.strictObject({ name: z.string(), maxReceiveCount: z.int().min(1).max(1_000) }).optional(),
  contentBasedDeduplication: z.boolean().default(false),
  retentionSeconds: z.int().min(60).max(1_209_600).default(1_209_600),
});
export type QueueDefinition = z.infer<typeof QueueDefinition>;

export const SqsArgument = z.strictObject({
  port: z.int().min(0).max(65_535),
  /** Without it nothing is kept. */
  dataFolder: z.string().optional(),
  queues: z.array(QueueDefinition).default([]),
});
/** What the parent passes to `sqs.ts`. */
export type SqsArgument = z.input<typeof SqsArgument>;

const accountId = '000000000000';

/** The URL of a queue: the ones that `fauxqs` gives out name a host that does not resolve. */
export function queueUrl(sqsUrl: string, name: string): string {
  return new URL(`/${accountId}/${name}`, sqsUrl).href;
}

export function queueArn(name: string): string {
  return `arn:aws:sqs:us-east-1:${accountId}:${name}`;
}

/** The queues with their dead-letter queues, which come first. */
export function withDeadLetterQueues(queues: readonly QueueDefinition[]): QueueDefinition[] {
  const defined = new Set(queues.map(({ name }) => name));
  const missing = new Set(queues.flatMap(({ deadLetter }) => (deadLetter ? [deadLetter.name] : [])));
  const added = [...missing].filter((name) => !defined.has(name)).map((name) => QueueDefinition.parse({ name }));
  return [...added, ...queues].toSorted((a, b) => Number(missing.has(b.name)) - Number(missing.has(a.name)));
}

/** The attributes of CreateQueue; `FifoQueue` cannot be changed later and is left out of `settable`. */
export function queueAttributes(queue: QueueDefinition): {
  settable: Record<string, string>;
  fixed: Record<string, string>;
} {
  const fifo = queue.name.endsWith('.fifo');
  const redrive = queue.deadLetter && {
    deadLetterTargetArn: queueArn(queue.deadLetter.name),
    maxReceiveCount: queue.deadLetter.maxReceiveCount,
  };
  return {
    fixed: fifo ? { FifoQueue: 'true' } : {},
    settable: {
      VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
      MessageRetentionPeriod: String(queue.retentionSeconds),
      ...(fifo && { ContentBasedDeduplication: String(queue.contentBasedDeduplication) }),
      ...(redrive && { RedrivePolicy: JSON.stringify(redrive) }),
    },
  };
}
