import type { Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import { type MetricName, type Metrics, metricDefinitions, metricNamespace } from '#core/ports/metrics.ts';

/**
 * A metric's array has at most 100 values, a document at most 100 metrics and 256 KB (CloudWatch user guide, "Specification:
 * Embedded metric format"). There are fewer metrics than that, and 100 times are less than a kilobyte.
 */
const mostValues = 100;

/** The values of one metric between two flushes. */
interface Gathered {
  add(value: number): void;
  values(): number[];
}

function createSum(): Gathered {
  let sum = 0;
  return {
    add: (value) => {
      sum += value;
    },
    values: () => [sum],
  };
}

/** Every value while they are few, then every second, every fourth and so on, and the largest in any case: percentiles stay what they are. */
function createSample(): Gathered {
  let kept: number[] = [];
  let [seen, every, largest] = [0, 1, 0];
  return {
    add(value) {
      const rounded = Math.round(value);
      largest = Math.max(largest, rounded);
      if (seen % every === 0) kept.push(rounded);
      seen += 1;
      if (kept.length < mostValues) return;
      kept = kept.filter((_, index) => index % 2 === 0);
      every *= 2;
    },
    values: () => (every === 1 ? kept : [...kept, largest]),
  };
}

/** What has been gathered under one set of dimensions. */
interface Group {
  readonly by: Readonly<Record<string, string>>;
  readonly metrics: Map<MetricName, Gathered>;
}

/**
 * Metrics as log lines, from which CloudWatch takes them (embedded metric format 1.0). Log lines are paid by their bytes, so values are
 * gathered: counts are added up, times go together, and a flush writes one line for each set of dimensions that has any.
 */
export function createEmfMetrics(logger: Logger, stage: string, now: Clock): Metrics {
  const groups = new Map<string, Group>();

  function write({ by, metrics }: Group): void {
    const values = [...metrics].map(([name, gathered]) => [name, gathered.values()] as const);
    const fields = {
      Stage: stage,
      ...by,
      ...Object.fromEntries(values.map(([name, all]) => [name, all.length === 1 ? all[0] : all])),
      _aws: {
        Timestamp: now(),
        CloudWatchMetrics: [
          {
            Namespace: metricNamespace,
            Dimensions: [['Stage', ...Object.keys(by)]],
            Metrics: values.map(([name]) => ({ Name: name, Unit: metricDefinitions[name].unit })),
          },
        ],
      },
    };
    logger.info(fields, 'measured');
  }

  return {
    record(name, value, ...[by = {}]) {
      const key = JSON.stringify(by);
      const group = groups.get(key) ?? { by, metrics: new Map<MetricName, Gathered>() };
      groups.set(key, group);
      const known = group.metrics.get(name);
      const gathered = known ?? (metricDefinitions[name].unit === 'Count' ? createSum() : createSample());
      if (!known) group.metrics.set(name, gathered);
      gathered.add(value);
    },

    flush() {
      for (const group of groups.values()) write(group);
      groups.clear();
    },
  };
}
