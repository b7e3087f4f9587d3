import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import type { Signals } from './signals.ts';

interface Rule {
  readonly metric: IMetric;
  /** Raised at this value and above … */
  readonly atLeast?: number;
  /** … or below this one; then no data is bad news too. */
  readonly below?: number;
  /** For so many periods in a row; 1 by default. */
  readonly periods?: number;
  /** What is wrong, and where to look. */
  readonly meaning: string;
}

/** A message stays in flight as long as its run goes on; one that is older than this hardly belongs to a healthy run. */
const longestRunSeconds = 35 * 60;

function rules(signals: Signals, { minTasks, maxRuns }: Environment): Record<string, Rule> {
  return {
    OldestMessage: {
      metric: signals.oldestMessageSeconds,
      atLeast: longestRunSeconds,
      meaning: 'A run has been in the queue for longer than any run may take: look at the workers.',
    },
    Backlog: {
      metric: signals.runsPerTask,
      atLeast: maxRuns,
      periods: 10,
      meaning: 'The workers have been full for ten minutes: raise maxTasks, or find out why runs take so long.',
    },
    Workers: {
      metric: signals.tasks,
      below: minTasks,
      periods: 5,
      meaning: 'Fewer workers run than should: look at the events of the ECS service.',
    },
    DeadLetters: {
      metric: signals.deadLetters,
      atLeast: 1,
      periods: 3,
      meaning: 'Dead letters stay in their queue: look at the log of the dead-letters function.',
    },
    RunsGivenUp: {
      metric: signals.buried,
      atLeast: 1,
      meaning: 'A run was interrupted too often and has been given up: look for crashes in the log of the workers.',
    },
    Sweeps: {
      metric: signals.sweeps,
      below: 1,
      periods: 2,
      meaning: 'The sweep does not run: look at its schedule.',
    },
    SweepFailures: {
      metric: signals.sweepFailures,
      atLeast: 1,
      meaning: 'A sweep failed: look at its log, then purge the queue of failed sweeps.',
    },
    SweepRepairs: {
      metric: signals.sweepRepairs,
      atLeast: 5,
      meaning: 'The sweep has much to put right: something loses runs. Look at the errors of the API and the workers.',
    },
    RepairsThatFailed: {
      metric: signals.repairsThatFailed,
      atLeast: 1,
      periods: 3,
      meaning: 'The sweep cannot put a run right: look at its log.',
    },
    RunFaults: {
      metric: signals.runFaults,
      atLeast: 1,
      meaning:
        'A run failed by a fault of the platform: search the log for "run ended" with its reason, then for its runId.',
    },
    ModelFailures: {
      metric: signals.modelFailures,
      atLeast: 20,
      periods: 2,
      meaning:
        'Many model calls fail for good: the dashboard shows of which provider, the lines "a model call failed" why.',
    },
    PushFailures: {
      metric: signals.pushFailures,
      atLeast: 100,
      periods: 2,
      meaning: 'Pushes to open sockets fail. Clients catch up by themselves; look whether the socket API throttles.',
    },
    FunctionErrors: {
      metric: signals.functionErrors,
      atLeast: 1,
      periods: 2,
      meaning: 'A Lambda throws or times out: the dashboard shows which.',
    },
    ServerErrors: {
      metric: signals.serverErrors,
      atLeast: 5,
      meaning: 'The HTTP API answers 5xx: look at the log of the API function.',
    },
    SocketErrors: {
      metric: signals.socketErrors,
      atLeast: 5,
      meaning: 'The socket API cannot reach its function: look at the log of the socket function.',
    },
  };
}

export function createAlarms(scope: Construct, environment: Environment, signals: Signals): Alarm[] {
  return Object.entries(rules(signals, environment)).map(
    ([name, { metric, atLeast, below, periods = 1, meaning }]) =>
      new Alarm(scope, name, {
        alarmName: `troupe-${environment.name}-${name}`,
        alarmDescription: meaning,
        metric,
        threshold: atLeast ?? below ?? 0,
        comparisonOperator:
          atLeast === undefined
            ? ComparisonOperator.LESS_THAN_THRESHOLD
            : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluationPeriods: periods,
        treatMissingData: atLeast === undefined ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      }),
  );
}
