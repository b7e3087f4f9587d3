import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { metricNames, metricNamespace } from '../metrics.ts';
import type { ObservabilityStackProps } from '../stacks/observability-stack.ts';
import { backlogPerTask, runningTasks } from './worker-scaling.ts';

const period = Duration.minutes(5);

export type Signals = ReturnType<typeof createMetrics>;

/** Every number that somebody looks at or is woken by. */
export function createMetrics({ environment, data, api, worker }: ObservabilityStackProps) {
  const { functions, http, socket } = api;
  const own = (metricName: string): IMetric =>
    new Metric({
      namespace: metricNamespace,
      metricName,
      dimensionsMap: { Stage: environment.name },
      statistic: Stats.SUM,
      period,
      label: metricName,
    });
  const named = Object.entries(functions);
  const errorsOf = Object.fromEntries(
    named.map(([name, lambda], index) => [
      `e${index}`,
      lambda.metricErrors({ period, statistic: Stats.SUM, label: name }),
    ]),
  );
  const sum = { period, statistic: Stats.SUM };
  const worst = { period, statistic: Stats.MAXIMUM };
  return {
    oldestMessageSeconds: data.runQueue.metricApproximateAgeOfOldestMessage({ ...worst, label: 'oldest message (s)' }),
    waiting: data.runQueue.metricApproximateNumberOfMessagesVisible({ ...worst, label: 'waiting' }),
    underWay: data.runQueue.metricApproximateNumberOfMessagesNotVisible({ ...worst, label: 'under way' }),
    deadLetters: data.deadLetters.metricApproximateNumberOfMessagesVisible({ ...worst, label: 'dead letters' }),
    buried: functions['dead-letters'].metricInvocations({ ...sum, label: 'runs given up' }),
    sweepFailures: api.sweepFailures.metricApproximateNumberOfMessagesVisible({
      ...worst,
      label: 'sweeps that failed',
    }),
    sweeps: functions.sweep.metricInvocations({ ...sum, label: 'sweeps' }),
    sweepRepairs: own(metricNames.sweepRepairs),
    repairsThatFailed: own(metricNames.sweepFailures),
    pushFailures: own(metricNames.pushFailures),
    functionErrors: new MathExpression({
      // A function that was not called has no data, and a sum with no data is none.
      expression: Object.keys(errorsOf)
        .map((id) => `FILL(${id}, 0)`)
        .join(' + '),
      usingMetrics: errorsOf,
      period,
      label: 'errors',
    }),
    errorsByFunction: Object.values(errorsOf),
    durations: named.map(([name, lambda]) => lambda.metricDuration({ period, statistic: 'p95', label: `${name} p95` })),
    requests: http.stage.metricCount({ ...sum, label: 'requests' }),
    serverErrors: http.stage.metricServerError({ ...sum, label: '5xx' }),
    clientErrors: http.stage.metricClientError({ ...sum, label: '4xx' }),
    latency: http.stage.metricLatency({ period, statistic: 'p95', label: 'p95' }),
    connects: socket.stage.metric('ConnectCount', { ...sum, label: 'connects' }),
    messages: socket.stage.metric('MessageCount', { ...sum, label: 'messages' }),
    socketErrors: socket.stage.metric('IntegrationError', { ...sum, label: 'errors' }),
    tasks: runningTasks(worker.service),
    runsPerTask: backlogPerTask(worker.service, data.runQueue),
    workerCpu: worker.service.metricCpuUtilization({ ...worst, label: 'CPU %' }),
    workerMemory: worker.service.metricMemoryUtilization({ ...worst, label: 'memory %' }),
  };
}
