import { Duration } from 'aws-cdk-lib';
import { AdjustmentType } from 'aws-cdk-lib/aws-applicationautoscaling';
import { type IMetric, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Environment } from '../environments.ts';

const period = Duration.minutes(1);

/** How many tasks run. ECS reports the load of each task once a minute, for nothing, so the samples count the tasks. */
export const runningTasks = (service: FargateService): IMetric =>
  service.metricCpuUtilization({ period, statistic: Stats.SAMPLE_COUNT, label: 'tasks' });

/** Runs that wait or are worked on, for each running task: a message stays in flight as long as its run goes on. */
export const backlogPerTask = (service: FargateService, queue: Queue): MathExpression =>
  new MathExpression({
    // A minute without samples is one in which tasks start or the metric is late.
    expression: '(waiting + running) / FILL(tasks, 1)',
    usingMetrics: {
      waiting: queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM }),
      running: queue.metricApproximateNumberOfMessagesNotVisible({ period, statistic: Stats.MAXIMUM }),
      tasks: runningTasks(service),
    },
    period,
    label: 'runs per task',
  });

/**
 * Adds tasks when the running ones are half full, quickly, and takes one away at a time when they are nearly idle. A task
 * that is taken away hands its runs over, so nobody notices. Never to none: the metrics of a queue that was idle for hours are
 * up to 15 minutes late, and the first message after a night must not wait for that.
 */
export function scaleOnBacklog(
  service: FargateService,
  queue: Queue,
  { minTasks, maxTasks, maxRuns }: Environment,
): void {
  const half = maxRuns / 2;
  service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks }).scaleOnMetric('Backlog', {
    metric: backlogPerTask(service, queue),
    adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
    scalingSteps: [
      { upper: half / 4, change: -1 },
      { lower: half, change: 1 },
      { lower: maxRuns, change: 2 },
      { lower: maxRuns * 3, change: 5 },
    ],
    cooldown: Duration.minutes(2),
  });
}
