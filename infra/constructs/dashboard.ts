import { type Alarm, AlarmStatusWidget, GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Signals } from './signals.ts';

const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
  new GraphWidget({ title, left, right, width: 8, height: 6 });

/** Top to bottom: is anything wrong, does work flow, do people get answers, and do the repairs hold. */
export const dashboardWidgets = (signals: Signals, alarms: Alarm[]): IWidget[][] => [
  [new AlarmStatusWidget({ title: 'Alarms', alarms, width: 24, height: 3 })],
  [
    graph('Runs', [signals.waiting, signals.underWay], [signals.oldestMessageSeconds]),
    graph('Workers', [signals.tasks, signals.runsPerTask]),
    graph('Worker load', [signals.workerCpu, signals.workerMemory]),
  ],
  [
    graph('HTTP API', [signals.requests, signals.clientErrors, signals.serverErrors], [signals.latency]),
    graph('Socket API', [signals.connects, signals.messages], [signals.socketErrors]),
    graph('Pushes that failed', [signals.pushFailures]),
  ],
  [
    graph('Lambda errors', signals.errorsByFunction),
    graph('Lambda duration (ms)', signals.durations),
    graph('Repairs', [signals.sweepRepairs, signals.repairsThatFailed, signals.buried], [signals.deadLetters]),
  ],
];
