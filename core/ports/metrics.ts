interface Definition {
  readonly unit: 'Count' | 'Milliseconds';
  /** What its values are told apart by; each has few values, known beforehand. */
  readonly by?: readonly string[];
}

/**
 * Every metric of the platform, by the stages that a message passes. This is the only list: processes count nothing else, dashboard
 * and alarms (infra/) ask for these names, and docs/operations.md says what each means. CloudWatch bills each
 * name with each combination of `by` for every hour in which it has data.
 */
export const metricDefinitions = {
  RunsAccepted: { unit: 'Count' },
  RunsRefused: { unit: 'Count', by: ['Reason'] },
  AcceptMs: { unit: 'Milliseconds' },

  QueueWaitMs: { unit: 'Milliseconds' },
  RunsClaimed: { unit: 'Count', by: ['Attempt'] },
  ClaimAgeMs: { unit: 'Milliseconds' },

  FirstTokenMs: { unit: 'Milliseconds' },
  ModelCalls: { unit: 'Count', by: ['Provider', 'Outcome'] },
  ModelFailures: { unit: 'Count' },
  ModelRetries: { unit: 'Count', by: ['Provider'] },
  ModelFirstTokenMs: { unit: 'Milliseconds', by: ['Provider'] },
  ModelCallMs: { unit: 'Milliseconds', by: ['Provider'] },
  ToolCalls: { unit: 'Count', by: ['Outcome'] },
  ToolCallMs: { unit: 'Milliseconds' },

  JournalPutMs: { unit: 'Milliseconds' },
  JournalConflicts: { unit: 'Count' },
  AppendMs: { unit: 'Milliseconds' },
  AppendConflicts: { unit: 'Count' },

  Pushes: { unit: 'Count' },
  PushMs: { unit: 'Milliseconds' },
  PushesToGone: { unit: 'Count' },
  PushFailures: { unit: 'Count' },

  WaitsOpened: { unit: 'Count', by: ['Kind'] },
  WaitsAnswered: { unit: 'Count', by: ['Kind'] },
  WaitsExpired: { unit: 'Count', by: ['Kind'] },

  RunsEnded: { unit: 'Count', by: ['Outcome'] },
  RunFaults: { unit: 'Count' },
  RunsLeftToNewer: { unit: 'Count' },
  RunWorkMs: { unit: 'Milliseconds' },
  LiveRuns: { unit: 'Count' },

  SweepRepairs: { unit: 'Count' },
  SweepRepairsByKind: { unit: 'Count', by: ['Kind'] },
  SweepFailures: { unit: 'Count' },
  DeadLetters: { unit: 'Count' },

  RateLimitRefusals: { unit: 'Count', by: ['Limit'] },
  BudgetBreaches: { unit: 'Count', by: ['Scope'] },
} as const satisfies Record<string, Definition>;

/** In which CloudWatch keeps them; each has the dimension `Stage` besides. */
export const metricNamespace = 'Troupe';

export type MetricName = keyof typeof metricDefinitions;

/** What a value of this metric has to say beside itself. */
type By<Name extends MetricName> = (typeof metricDefinitions)[Name] extends { by: readonly (infer Dimension)[] }
  ? [by: Readonly<Record<Dimension & string, string>>]
  : [];

/** Counts and measures what the platform does. Never throws, and never keeps its caller waiting. */
export interface Metrics {
  /** Adds to a count, or notes a time. The values of `by` are of a kind (a code, a provider, a status), never ids or names that people give. */
  record<Name extends MetricName>(name: Name, value: number, ...by: By<Name>): void;
  /** Writes down what has been gathered since. A Lambda calls it before it is frozen, a worker once a minute. */
  flush(): void;
}

/** For what works without being counted. */
export const noMetrics: Metrics = { record: () => {}, flush: () => {} };
