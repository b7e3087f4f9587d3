// What a schedule can start.
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { invokeLambda, type Lambda } from './lambda.ts';
import type { ScheduleTarget } from './scheduler.ts';

/** Invokes a function with the input, in which `<aws.scheduler.scheduled-time>` and the like are replaced. */
export function lambdaTarget(lambda: Lambda, input: unknown = {}): ScheduleTarget {
  return async (run) => {
    const outcome = await invokeLambda(lambda, fillIn(input, run));
    if (outcome.status === 'failed') throw outcome.error;
    if (outcome.status === 'timed_out') throw new Error(`${lambda.name} timed out`);
  };
}

/** Sends a message; for a FIFO queue one per due time, whoever sends it. */
export function queueTarget(
  client: SQSClient,
  queue: { queueUrl: string; messageGroupId?: string },
  input: unknown = {},
): ScheduleTarget {
  return async (run) => {
    await client.send(
      new SendMessageCommand({
        QueueUrl: queue.queueUrl,
        MessageBody: JSON.stringify(fillIn(input, run)),
        ...(queue.messageGroupId !== undefined && {
          MessageGroupId: queue.messageGroupId,
          MessageDeduplicationId: `${run.scheduleName}-${run.scheduledAt.getTime()}`,
        }),
      }),
    );
  };
}

/** EventBridge Scheduler user guide, "Adding context attributes". */
function fillIn(input: unknown, run: Parameters<ScheduleTarget>[0]): unknown {
  const text = JSON.stringify(input)
    .replaceAll('<aws.scheduler.scheduled-time>', run.scheduledAt.toISOString())
    .replaceAll(
      '<aws.scheduler.schedule-arn>',
      `arn:aws:scheduler:us-east-1:000000000000:schedule/default/${run.scheduleName}`,
    )
    .replaceAll('<aws.scheduler.execution-id>', `${run.scheduleName}-${run.scheduledAt.getTime()}`)
    .replaceAll('<aws.scheduler.attempt-number>', '1');
  return JSON.parse(text);
}
