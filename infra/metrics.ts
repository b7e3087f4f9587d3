/**
 * The platform's own metrics, which its processes write into their logs in the embedded metric format, with the one
 * dimension `Stage`: `SweepRepairs` and `SweepFailures` by functions/sweep, `PushFailures` by containers/agent.
 */
export const metricNamespace = 'Troupe';
export const metricNames = {
  sweepRepairs: 'SweepRepairs',
  sweepFailures: 'SweepFailures',
  pushFailures: 'PushFailures',
} as const;
