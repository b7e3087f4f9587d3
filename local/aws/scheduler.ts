// EventBridge Scheduler: runs targets at a rate or by cron, in UTC, with nothing kept between starts.
import { compileCron, type NextMinute } from './cron-expression.ts';

/** One due run. `scheduledAt` is the time the expression named, not the time of the call. */
export type ScheduleTarget = (run: { scheduleName: string; scheduledAt: Date }) => Promise<void>;

interface Schedule {
  name: string;
  /** `rate(5 minutes)`, `rate(1 hour)` or `cron(0 6 ? * MON-FRI *)`. */
  expression: string;
  target: ScheduleTarget;
}

export interface Clock {
  now(): number;
  /** Calls once after the delay; returns what cancels it. */
  setTimer(run: () => void, delayMs: number): () => void;
}

export interface SchedulerOptions {
  schedules: readonly Schedule[];
  clock?: Clock;
  onError?(scheduleName: string, error: unknown): void;
}

export interface Scheduler {
  /** Starts nothing more and resolves when the runs under way have ended. */
  stop(): Promise<void>;
}

const systemClock: Clock = {
  now: Date.now,
  setTimer: (run, delayMs) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

/** A longer timer would overflow; it is set again until the time has come. */
const longestTimerMs = 86_400_000;

/**
 * Runs every schedule until it is stopped. At most once per due time: a failed run is reported and not repeated, and times
 * that passed while the machine slept are skipped. As on AWS, runs of one schedule may overlap.
 */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const clock = options.clock ?? systemClock;
  const running = new Set<Promise<void>>();
  const cancels = new Map<string, () => void>();
  const plan = (schedule: Schedule, next: NextMinute, after: Date) => {
    const now = new Date(clock.now());
    const due = next(after);
    const future = due && due <= now ? next(now) : due;
    if (future) sleepUntil(schedule, next, future);
  };
  const sleepUntil = (schedule: Schedule, next: NextMinute, due: Date) => {
    const delayMs = due.getTime() - clock.now();
    const wake = () => {
      if (clock.now() < due.getTime()) return sleepUntil(schedule, next, due);
      const run = schedule
        .target({ scheduleName: schedule.name, scheduledAt: due })
        .catch((error: unknown) => options.onError?.(schedule.name, error))
        .finally(() => running.delete(run));
      running.add(run);
      plan(schedule, next, due);
    };
    cancels.set(schedule.name, clock.setTimer(wake, Math.min(Math.max(delayMs, 0), longestTimerMs)));
  };
  for (const schedule of options.schedules) plan(schedule, compileSchedule(schedule.expression), new Date(clock.now()));
  return {
    stop: async () => {
      for (const cancel of cancels.values()) cancel();
      await Promise.all(running);
    },
  };
}

/** Compiles `rate(…)` or `cron(…)`; throws for what the service would refuse. */
export function compileSchedule(expression: string): NextMinute {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1];
  if (fields !== undefined) return compileCron(fields);
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[unit ?? ''];
  if (!unitMs || Number(count) < 1) throw new Error(`"${expression}" is neither rate(…) nor cron(…)`);
  return (after) => new Date(after.getTime() + Number(count) * unitMs);
}
