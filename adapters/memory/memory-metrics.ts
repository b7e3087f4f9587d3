import type { Metrics } from '#core/ports/metrics.ts';

/** `RunsAccepted`, or `RunsEnded failed`: a metric with what it is told apart by, and every value that was recorded. */
export type Recorded = Record<string, number[]>;

/** Metrics that keep what they are given, until they are flushed: then it is among `flushed`. */
export function createMemoryMetrics(): Metrics & { readonly recorded: Recorded; readonly flushed: Recorded[] } {
  const recorded: Recorded = {};
  const flushed: Recorded[] = [];
  return {
    recorded,
    flushed,
    record(name, value, ...[by]) {
      const key = [name, ...Object.values<string>(by ?? {})].join(' ');
      recorded[key] = [...(recorded[key] ?? []), value];
    },
    flush() {
      flushed.push({ ...recorded });
      for (const key of Object.keys(recorded)) delete recorded[key];
    },
  };
}
