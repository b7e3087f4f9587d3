import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type MetricName, metricDefinitions, metricNamespace } from '../../core/ports/metrics.ts';
import type { ObservabilityStackProps } from '../stacks/observability-stack.ts';
import { backlogPerTask, runningTasks } from './worker-scaling.ts';

const period = Duration.minutes(5);

export type Signals = ReturnType<typeof createMetrics>;

/** Every number that somebody looks at or is woken by. */
export function createMetrics({ environment, data, api, worker }: ObservabilityStackProps) {
  const { functions, http, socket } = api;
  const own = ownMetrics(environment.name);
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
    ...own,
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

type Whole = {
  [Name in MetricName]: (typeof metricDefinitions)[Name] extends { by: unknown } ? never : Name;
}[MetricName];
type Divided = Exclude<MetricName, Whole>;

/** The platform's own metrics: of counts the sum, of times a percentile; divided ones as one line for each of their values. */
function ownMetrics(stage: string) {
  const whole = (metricName: Whole, statistic: string = Stats.SUM): IMetric => {
    const label = statistic === Stats.SUM ? metricName : `${metricName} ${statistic}`;
    return new Metric({
      namespace: metricNamespace,
      metricName,
      dimensionsMap: { Stage: stage },
      statistic,
      period,
      label,
    });
  };
  const divided = (name: Divided, statistic: string = Stats.SUM): IMetric => {
    const schema = [metricNamespace, 'Stage', ...metricDefinitions[name].by].join(',');
    const search = `{${schema}} MetricName="${name}" Stage="${stage}"`;
    const expression = `SEARCH('${search}', '${statistic}', ${period.toSeconds()})`;
    return new MathExpression({ expression, usingMetrics: {}, period, label: '' });
  };
  return {
    accepted: whole('RunsAccepted'),
    refused: divided('RunsRefused'),
    acceptMs: whole('AcceptMs', 'p95'),
    queueWaitMs: whole('QueueWaitMs', 'p95'),
    claimed: divided('RunsClaimed'),
    claimAgeMs: whole('ClaimAgeMs', 'p95'),
    firstTokenMs: [whole('FirstTokenMs', 'p50'), whole('FirstTokenMs', 'p95')],
    modelCalls: divided('ModelCalls'),
    modelFailures: whole('ModelFailures'),
    modelRetries: divided('ModelRetries'),
    modelFirstTokenMs: divided('ModelFirstTokenMs', 'p50'),
    modelCallMs: divided('ModelCallMs', 'p50'),
    toolCalls: divided('ToolCalls'),
    toolCallMs: whole('ToolCallMs', 'p95'),
    journalPutMs: whole('JournalPutMs', 'p95'),
    journalConflicts: whole('JournalConflicts'),
    appendMs: whole('AppendMs', 'p95'),
    appendConflicts: whole('AppendConflicts'),
    pushes: whole('Pushes'),
    pushMs: whole('PushMs', 'p95'),
    pushesToGone: whole('PushesToGone'),
    pushFailures: whole('PushFailures'),
    waits: [divided('WaitsOpened'), divided('WaitsAnswered'), divided('WaitsExpired')],
    ended: divided('RunsEnded'),
    runFaults: whole('RunFaults'),
    leftToNewer: whole('RunsLeftToNewer'),
    runWorkMs: whole('RunWorkMs', 'p95'),
    liveRuns: whole('LiveRuns', Stats.MAXIMUM),
    sweepRepairs: whole('SweepRepairs'),
    repairsByKind: divided('SweepRepairsByKind'),
    repairsThatFailed: whole('SweepFailures'),
    lettersHandled: whole('DeadLetters'),
    rateLimitRefusals: divided('RateLimitRefusals'),
    budgetBreaches: divided('BudgetBreaches'),
  };
}
