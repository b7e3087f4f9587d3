import { type Progress, renew } from '#core/domain/run-lease.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import type { StopReason } from '#core/ports/agent-runner.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { RunQueue } from '#core/ports/run-queue.ts';
import type { RunStore } from '#core/ports/run-store.ts';
import type { Event } from '#core/protocol/event.ts';

/** A dead worker's run is to go on elsewhere within 20 s (design.md §5): the rest is for taking it up. Renewed several times within. */
export const defaultLeaseMs = 18_000;

/** A claimed run, as the attempt at it sees it. */
export interface HeldRun {
  /** As it was claimed. */
  readonly record: RunRecord;
  /** As it was seen last. */
  current(): RunRecord;
  /** Looks again. */
  refresh(): Promise<void>;
  /** Aborts with a StopReason. */
  readonly signal: AbortSignal;
  stopReason(): StopReason | undefined;
  /** Whether the lease has not run out, by this process's own clock. */
  isHeld(): boolean;
  /** The worker is to stop: the run is to be left where it can be left best. */
  isDraining(): boolean;
  /** Lets the run be worked on for so long in all; earlier attempts count. */
  limitSeconds(seconds: number): void;
  /** From now on its record says how far it has got by this, whenever it is written for its worker. */
  reportProgress(progress: () => Progress): void;
  progress(): Progress;
  /** That it has been worked on for as long as it may. */
  limitReached(): Event;
  nowMs(): number;
}

interface LiveRun {
  readonly record: RunRecord;
  current: RunRecord;
  readonly receipt: string;
  readonly controller: AbortController;
  leaseEndsMs: number;
  maxSeconds: number;
  progress: () => Progress;
}

/** The runs that a worker works on. Sees to it that they stay its own, and that it stops when they are not or should end. */
export interface LiveRuns {
  readonly size: number;
  hold<Result>(record: RunRecord, receipt: string, work: (run: HeldRun) => Promise<Result>): Promise<Result>;
  /** Stops the runs whose lease or time has run out. Asks nobody, so that it works when no store answers. */
  stopExpired(): void;
  /** Looks whether the runs are still ours and still wanted. */
  watch(): Promise<void>;
  /** Extends the leases of the runs, and how long their messages stay hidden from other workers. */
  renew(): Promise<void>;
  /** Lets all runs be left at their next journal point, so that another worker can go on with them. */
  drain(): void;
  /** Stops all runs at once, also those that are yet to begin. */
  handOver(): void;
}

interface Deps {
  readonly runs: RunStore;
  readonly queue: RunQueue;
  readonly now: Clock;
  readonly leaseMs?: number;
}

/** How many records a store reads at once (core/ports/run-store.ts). */
const recordsPerRead = 100;

export function createLiveRuns({ runs, queue, now, leaseMs = defaultLeaseMs }: Deps): LiveRuns {
  const live = new Set<LiveRun>();
  let draining = false;
  let handingOver = false;

  const stop = (run: LiveRun, reason: StopReason) => run.controller.abort(reason);
  const workedSeconds = ({ record }: LiveRun) => (record.workedMs + now() - (record.claimedAtMs ?? now())) / 1000;

  function see(run: LiveRun, record: RunRecord | undefined): void {
    if (record) run.current = record;
    if (record?.status !== 'running' || record.attempt !== run.record.attempt) stop(run, 'lost');
    else if (record.cancelRequested) stop(run, 'cancelled');
  }

  async function look(some: readonly LiveRun[]): Promise<void> {
    const records = await runs.getMany(some.map(({ record }) => record.runId));
    const current = new Map(records.map((record) => [record.runId, record]));
    for (const run of some) see(run, current.get(run.record.runId));
  }

  /** Whether the run is still ours. */
  async function renewOne(run: LiveRun): Promise<boolean> {
    const { runId, attempt } = run.record;
    const expiresAtMs = now() + leaseMs;
    const progress = run.progress();
    const answer = await runs.change(runId, (record) => renew(record, attempt, expiresAtMs, progress));
    if (answer?.kind !== 'renewed' && answer?.kind !== 'cancel') {
      stop(run, 'lost');
      return false;
    }
    run.leaseEndsMs = expiresAtMs;
    if (answer.kind === 'cancel') stop(run, 'cancelled');
    return true;
  }

  const heldRun = (run: LiveRun): HeldRun => {
    const { signal } = run.controller;
    return {
      record: run.record,
      current: () => run.current,
      refresh: () => look([run]),
      signal,
      stopReason: () => (signal.aborted ? signal.reason : undefined),
      isHeld: () => run.leaseEndsMs > now() && signal.reason !== 'lost',
      isDraining: () => draining,
      limitSeconds(seconds) {
        run.maxSeconds = seconds;
      },
      reportProgress(progress) {
        run.progress = progress;
      },
      progress: () => run.progress(),
      limitReached: () => ({
        type: 'limit.reached',
        limit: 'wall_time',
        used: Math.round(workedSeconds(run)),
        max: run.maxSeconds,
      }),
      nowMs: now,
    };
  };

  return {
    get size() {
      return live.size;
    },

    async hold(record, receipt, work) {
      const leaseEndsMs = record.lease?.expiresAtMs ?? now();
      const maxSeconds = Number.POSITIVE_INFINITY;
      const controller = new AbortController();
      const progress = () => ({});
      const run: LiveRun = { record, current: record, receipt, controller, leaseEndsMs, maxSeconds, progress };
      live.add(run);
      if (handingOver) stop(run, 'handover');
      try {
        return await work(heldRun(run));
      } finally {
        live.delete(run);
      }
    },

    stopExpired() {
      for (const run of live) {
        if (run.leaseEndsMs <= now()) stop(run, 'lost');
        else if (workedSeconds(run) >= run.maxSeconds) stop(run, 'timed_out');
      }
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

    drain() {
      draining = true;
    },

    handOver() {
      handingOver = true;
      for (const run of live) stop(run, 'handover');
    },
  };
}
