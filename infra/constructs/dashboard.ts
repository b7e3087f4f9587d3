import { type Alarm, AlarmStatusWidget, GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Signals } from './signals.ts';

const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
  new GraphWidget({ title, left, right, width: 8, height: 6 });

/** Top to bottom: is anything wrong, does work flow, do people get answers, each stage of a run, and do the repairs hold. */
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
    graph('Pushes', [signals.pushes, signals.pushesToGone, signals.pushFailures], [signals.pushMs]),
  ],
  [
    graph('Accepted', [signals.accepted, signals.refused], [signals.acceptMs]),
    graph('Taken up by workers', [signals.claimed, signals.liveRuns], [signals.queueWaitMs, signals.claimAgeMs]),
    graph('From the message to the first word (ms)', signals.firstTokenMs),
  ],
  [
    graph('Model calls', [signals.modelCalls, signals.modelRetries, signals.modelFailures]),
    graph('Models (ms, median)', [signals.modelFirstTokenMs, signals.modelCallMs]),
    graph('Tool calls', [signals.toolCalls], [signals.toolCallMs]),
  ],
  [
    graph(
      'Journal and log (ms)',
      [signals.journalPutMs, signals.appendMs],
      [signals.journalConflicts, signals.appendConflicts],
    ),
    graph('Waiting for people and clients', signals.waits),
    graph('How runs end', [signals.ended, signals.runFaults], [signals.runWorkMs]),
  ],
  [
    graph('Refused by limits', [signals.rateLimitRefusals, signals.budgetBreaches]),
    graph('Repairs by kind', [signals.repairsByKind]),
    graph('Dead letters handled', [signals.lettersHandled]),
  ],
  [
    graph('Lambda errors', signals.errorsByFunction),
    graph('Lambda duration (ms)', signals.durations),
    graph(
      'Repairs',
      [signals.sweepRepairs, signals.repairsThatFailed, signals.leftToNewer, signals.buried],
      [signals.deadLetters],
    ),
  ],
];
