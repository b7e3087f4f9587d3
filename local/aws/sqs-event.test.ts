import { describe, expect, it } from 'vitest';
import { finishedMessages, toSqsEvent } from './sqs-event.ts';

const messages = ['a', 'b', 'c'].map((MessageId) => ({
  MessageId,
  ReceiptHandle: `r-${MessageId}`,
  Body: `{"id":"${MessageId}"}`,
}));
const ids = (value: unknown) =>
  finishedMessages(messages, { status: 'ok', value, bytes: 0 }).map(({ MessageId }) => MessageId);
const failures = (...identifiers: unknown[]) => ({
  batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })),
});

describe('toSqsEvent', () => {
  it('makes a record of each message', () => {
    const [message] = messages;
    const attributes = { MessageGroupId: 'thr_1', ApproximateReceiveCount: '2' };
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'run' } };

    const event = toSqsEvent(
      [{ ...message, Attributes: attributes, MessageAttributes }],
      'arn:aws:sqs:us-east-1:0:runs.fifo',
    );

    expect(event.Records).toEqual([
      {
        messageId: 'a',
        receiptHandle: 'r-a',
        body: '{"id":"a"}',
        attributes,
        messageAttributes: { kind: { dataType: 'String', stringValue: 'run' } },
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:0:runs.fifo',
        awsRegion: 'us-east-1',
      },
    ]);
  });
});

describe('finishedMessages', () => {
  it.each([[null], [{}], ['text'], [{ batchItemFailures: null }], [failures()]])(
    'takes %j as success of all',
    (value) => {
      expect(ids(value)).toEqual(['a', 'b', 'c']);
    },
  );

  it('keeps the messages that the function names', () => {
    expect(ids(failures('b'))).toEqual(['a', 'c']);
  });

  it.each([[failures('x')], [failures('')], [failures(null)], [{ batchItemFailures: 'b' }]])(
    'takes %j as failure of all',
    (value) => {
      expect(ids(value)).toEqual([]);
    },
  );

  it('deletes nothing after an error or a time-out', () => {
    expect(finishedMessages(messages, { status: 'failed', error: new Error('no') })).toEqual([]);
    expect(finishedMessages(messages, { status: 'timed_out' })).toEqual([]);
  });
});
