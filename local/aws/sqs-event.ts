// What an SQS event source mapping gives to a function and reads from its answer
// (Lambda developer guide, "Using Lambda with Amazon SQS": "Implementing partial batch responses").
import type { Message } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSMessageAttributes, SQSRecordAttributes } from 'aws-lambda';
import * as z from 'zod';
import type { Outcome } from './lambda.ts';

const BatchResponse = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })
  .nullable();

/** The event for a batch of received messages. */
export function toSqsEvent(messages: readonly Message[], eventSourceARN: string): SQSEvent {
  const awsRegion = eventSourceARN.split(':')[3] ?? '';
  const Records = messages.map((message) => ({
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ...message.Attributes } as SQSRecordAttributes & Record<string, string>,
    messageAttributes: toMessageAttributes(message.MessageAttributes),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion,
  }));
  return { Records };
}

/**
 * The messages that are done and to be deleted: none when the function failed or named a message that was not in its
 * batch, all but the named ones when it returned `batchItemFailures`.
 */
export function finishedMessages(messages: readonly Message[], outcome: Outcome): readonly Message[] {
  if (outcome.status !== 'ok') return [];
  const response = BatchResponse.safeParse(typeof outcome.value === 'object' ? outcome.value : null);
  if (!response.success) return [];
  const failed = new Set((response.data?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier));
  const known = new Set(messages.map(({ MessageId }) => MessageId));
  if ([...failed].some((id) => !known.has(id))) return [];
  return messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
}

function toMessageAttributes(attributes: Message['MessageAttributes']): SQSMessageAttributes {
  const converted = Object.entries(attributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => {
    const value = BinaryValue
      ? { binaryValue: Buffer.from(BinaryValue).toString('base64') }
      : { stringValue: StringValue ?? '' };
    return [name, { dataType: DataType ?? 'String', ...value }] as const;
  });
  return Object.fromEntries(converted);
}
