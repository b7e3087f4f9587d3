import { describe, expect, it } from 'vitest';
import { QueueDefinition, queueArn, queueAttributes, queueUrl, withDeadLetterQueues } from './sqs-definition.ts';

const runs = QueueDefinition.parse({ name: 'runs.fifo', deadLetter: { name: 'dead.fifo', maxReceiveCount: 5 } });

describe('queue definitions', () => {
  it('put the dead-letter queue first, whether it is defined or not', () => {
    const dead = QueueDefinition.parse({ name: 'dead.fifo', visibilityTimeoutSeconds: 60 });

    expect(withDeadLetterQueues([runs]).map(({ name }) => name)).toEqual(['dead.fifo', 'runs.fifo']);
    expect(withDeadLetterQueues([runs, dead])).toEqual([dead, runs]);
  });

  it('become the attributes of a FIFO queue with redrive', () => {
    expect(queueAttributes(runs)).toEqual({
      fixed: { FifoQueue: 'true' },
      settable: {
        VisibilityTimeout: '20',
        MessageRetentionPeriod: '1209600',
        ContentBasedDeduplication: 'false',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn('dead.fifo'), maxReceiveCount: 5 }),
      },
    });
  });

  it('have a URL on the stand-in', () => {
    expect(queueUrl('http://127.0.0.1:4566', 'runs.fifo')).toBe('http://127.0.0.1:4566/000000000000/runs.fifo');
  });
});
