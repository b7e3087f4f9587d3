import { type RunRecord, renew } from '#core/domain/run-record.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { RunQueue } from '#core/ports/run-queue.ts';
import type { RunStore } from '#core/ports/run-store.ts';
import type { StopReason } from './run-attempt.ts';

/** A dead worker's run goes on elsewhere after this long at most (design.md §5). Renewed several times within. */
export const leaseMs = 20_000;

interface LiveRun {
  readonly record: RunRecord;
  readonly receipt: string;
  readonly controller: AbortController;
  leaseEndsMs: number;
}

/** The runs that a worker works on. Sees to it that they stay its own, and that it stops when they are not or should end. */
export interface LiveRuns {
  readonly size: number;
  /** Works on a claimed run, under a signal that aborts with a StopReason. */
  hold<Result>(record: RunRecord, receipt: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Stops the runs whose lease has run out. Asks nobody, so that it works when no store answers. */
  stopExpired(): void;
  /** Looks whether the runs are still ours and still wanted. */
  watch(): Promise<void>;
  /** Extends the leases of the runs, and how long their messages stay hidden from other workers. */
  renew(): Promise<void>;
  /** Stops all runs so that another worker can go on with them, also those that are yet to begin. */
  handOver(): void;
}

interface Deps {
  readonly runs: RunStore;
  readonly queue: RunQueue;
  readonly now: Clock;
}

/** How many records a store reads at once (core/ports/run-store.ts). */
const recordsPerRead = 100;

export function createLiveRuns({ runs, queue, now }: Deps): LiveRuns {
  const live = new Set<LiveRun>();
  let handingOver = false;

  const stop = (run: LiveRun, reason: StopReason) => run.controller.abort(reason);

  async function look(some: readonly LiveRun[]): Promise<void> {
    const records = await runs.getMany(some.map(({ record }) => record.runId));
    const current = new Map(records.map((record) => [record.runId, record]));
    for (const run of some) {
      const record = current.get(run.record.runId);
      if (!record) continue;
      if (record.attempt !== run.record.attempt) stop(run, 'lost');
      else if (record.cancelRequested) stop(run, 'cancelled');
    }
  }

  /** Whether the run is still ours. */
  async function renewOne(run: LiveRun): Promise<boolean> {
    const { runId, attempt } = run.record;
    const expiresAtMs = now() + leaseMs;
    const answer = await runs.change(runId, (record) => renew(record, attempt, expiresAtMs));
    if (answer === null || answer === 'lost') {
      stop(run, 'lost');
      return false;
    }
    run.leaseEndsMs = expiresAtMs;
    if (answer === 'cancel') stop(run, 'cancelled');
    return true;
  }

  return {
    get size() {
      return live.size;
    },

    async hold(record, receipt, work) {
      const leaseEndsMs = record.lease?.expiresAtMs ?? now();
      const run = { record, receipt, controller: new AbortController(), leaseEndsMs };
      live.add(run);
      if (handingOver) stop(run, 'handover');
      try {
        return await work(run.controller.signal);
      } finally {
        live.delete(run);
      }
    },

    stopExpired() {
      for (const run of live) if (run.leaseEndsMs <= now()) stop(run, 'lost');
    },

    async watch() {
      const all = [...live];
      for (let start = 0; start < all.length; start += recordsPerRead) {
        await look(all.slice(start, start + recordsPerRead));
      }
    },

    async renew() {
      const held = [...live];
      if (held.length === 0) return;
      const renewals = await Promise.allSettled(held.map(renewOne));
      const receipts = held.flatMap(({ receipt }, index) => {
        const renewal = renewals[index];
        return renewal?.status === 'fulfilled' && renewal.value ? [receipt] : [];
      });
      if (receipts.length > 0) await queue.extend(receipts, leaseMs / 1000);
      const failed = renewals.find((renewal) => renewal.status === 'rejected');
      if (failed) throw failed.reason;
    },

    handOver() {
      handingOver = true;
      for (const run of live) stop(run, 'handover');
    },
  };
}
