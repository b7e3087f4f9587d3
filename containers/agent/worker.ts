import { setTimeout as delay } from 'node:timers/promises';
import { claim, release } from '#core/domain/run-lease.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import { NewerFormatError } from '#core/domain/stored.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { ReceivedRun, RunMessage } from '#core/ports/run-queue.ts';
import { noTracer } from '#core/ports/tracer.ts';
import { announceAnswers } from '#core/use-cases/announce-answers.ts';
import type { ApplyDeps } from '#core/use-cases/apply-decisions.ts';
import { settleRun } from '#core/use-cases/settle-run.ts';
import { announceWaits } from '#core/use-cases/suspend-run.ts';
import { leaveToNewer } from './leave-to-newer.ts';
import { createLiveRuns, defaultLeaseMs, type HeldRun } from './live-runs.ts';
import { createReadAhead, type ReadAhead } from './read-ahead.ts';
import { retryUnavailable } from './retry.ts';
import { type AttemptDeps, attemptRun } from './run-attempt.ts';

export interface WorkerDeps extends AttemptDeps, Pick<ApplyDeps, 'counters' | 'toolGrants'> {
  readonly maxRuns: number;
  /** How long one request to an empty queue waits. */
  readonly waitSeconds: number;
  /** How long a run stays this worker's without a sign of life of it. */
  readonly leaseMs?: number;
  /** Calls back every so often until stopped: `setInterval`, or a test's clock. */
  readonly every: (ms: number, callback: () => void) => () => void;
}

/** A worker: takes runs from the queue and works on several at once. */
export interface Worker {
  /** Works until `stop` is called. Rejects never: what fails is logged, and comes back through the queue. */
  run(): Promise<void>;
  /**
   * Takes no more runs, lets those under way come to their next journal point within `graceMs`, and hands them over there; the
   * rest after that. Their messages are visible to other workers at once. Resolves when nothing is under way any more.
   */
  stop(graceMs: number): Promise<void>;
  readonly liveRuns: number;
}

const renewalsPerLease = 4;
/** Half of the two seconds within which a cancel must arrive. */
const watchEveryMs = 1_000;
/**
 * How long a run rests that could not be worked on, before it is tried again: longer each time, so that stores may be away for
 * a quarter of an hour before its ten deliveries are used up.
 */
const restSeconds = (deliveries: number): number => Math.min(300, 2 ** deliveries);

const idsOf = ({ workspaceId, threadId, runId, requestId }: RunMessage) => ({
  workspaceId,
  threadId,
  runId,
  requestId,
});

export function createWorker(deps: WorkerDeps): Worker {
  const { queue, runs, now, owner, metrics, leaseMs = defaultLeaseMs, tracer = noTracer } = deps;
  const logger = deps.logger.child({ worker: owner });
  const live = createLiveRuns(deps);
  const readAhead = createReadAhead(deps);
  const handling = new Set<Promise<void>>();
  let stopping = false;

  async function handle({ message, receipt, deliveries, sentAtMs }: ReceivedRun): Promise<void> {
    const { runId } = message;
    const log = logger.child(idsOf(message));
    const early = message.reader && deliveries === 1 ? readAhead({ ...message, ...message.reader }) : undefined;
    const claimed = await tracer.span('claim', { runId }, () =>
      retryUnavailable(() => runs.change(runId, (record) => claim(record, { owner, nowMs: now(), leaseMs }))),
    );
    switch (claimed?.kind) {
      case undefined:
        log.error({}, 'the queue names a run that does not exist');
        return queue.delete(receipt);
      case 'held':
        return queue.release(receipt, Math.ceil((claimed.untilMs - now()) / 1000));
      case 'ended':
      case 'already':
        if (!claimed.record.settled) await settleRun(deps, claimed.record);
        return queue.delete(receipt);
      case 'illegal_transition':
        if (!claimed.record.announced) await announceWaits(deps, claimed.record);
        return queue.delete(receipt);
      case 'claimed':
        tellClaim(claimed.record, { deliveries, sentAtMs }, log);
        return work(claimed.record, { receipt, deliveries, early }, log.child({ attempt: claimed.record.attempt }));
    }
  }

  function tellClaim(
    { attempt, createdAtMs }: RunRecord,
    { deliveries, sentAtMs }: Pick<ReceivedRun, 'deliveries' | 'sentAtMs'>,
    log: Logger,
  ): void {
    const ageMs = now() - createdAtMs;
    const waitedMs = sentAtMs === undefined ? undefined : Math.max(0, now() - sentAtMs);
    metrics.record('RunsClaimed', 1, { Attempt: attempt === 1 ? 'first' : 'later' });
    if (attempt === 1) metrics.record('ClaimAgeMs', ageMs);
    if (deliveries === 1 && waitedMs !== undefined) metrics.record('QueueWaitMs', waitedMs);
    log.info({ attempt, deliveries, ageMs, waitedMs }, 'run claimed');
  }

  const work = (
    record: RunRecord,
    { receipt, deliveries, early }: Omit<ReceivedRun, 'message'> & { readonly early: ReadAhead | undefined },
    log: Logger,
  ): Promise<void> =>
    live.hold(record, receipt, async (run) => {
      try {
        // Its answers may not have been told: an old message can be here before the one that comes behind them.
        if (!record.enqueued) await announceAnswers(deps, record);
        // Nearly every first attempt needs what is read ahead, and nearly no later one.
        const ahead = early?.isOf(record) ? early : record.attempt === 1 ? readAhead(record) : undefined;
        const end = await attemptRun({ ...deps, logger: log }, run, ahead);
        const reason = run.stopReason();
        log.info({ end, ...(reason && { reason }), tookMs: now() - record.createdAtMs }, 'run left');
        if (end === 'done') await queue.delete(receipt);
        else if (end === 'handover') await handBack(run, receipt, 0);
      } catch (error) {
        if (error instanceof NewerFormatError) {
          await giveBack(run);
          throw error;
        }
        log.error({ error }, 'an attempt broke off; the run comes back');
        await handBack(run, receipt, restSeconds(deliveries));
      }
    });

  async function handBack(run: HeldRun, receipt: string, delaySeconds: number): Promise<void> {
    await giveBack(run);
    await queue.release(receipt, delaySeconds);
  }

  const giveBack = ({ record: { runId, attempt }, progress }: HeldRun) =>
    retryUnavailable(() => runs.change(runId, (current) => release(current, attempt, now(), progress())));

  /** Goes on with the trace of whoever sent the run. */
  const trace = (received: ReceivedRun): Promise<void> => {
    const about = { ...idsOf(received.message), deliveries: received.deliveries };
    return tracer.continue(received.message.traceparent, () => tracer.span('run', about, () => handle(received)));
  };

  async function take(): Promise<void> {
    const free = deps.maxRuns - handling.size;
    if (free <= 0) {
      await Promise.race(handling);
      return;
    }
    for (const received of await queue.receive(Math.min(10, free), deps.waitSeconds)) {
      const task: Promise<void> = (stopping ? queue.release(received.receipt, 0) : trace(received))
        .catch(async (error: unknown) => {
          if (error instanceof NewerFormatError) {
            logger.warn({ ...idsOf(received.message), error }, 'a run is left to workers of a later version');
            metrics.record('RunsLeftToNewer', 1);
            return leaveToNewer(deps, received);
          }
          logger.error({ ...idsOf(received.message), error }, 'a message was not handled; it comes back');
          await queue.release(received.receipt, restSeconds(received.deliveries));
        })
        .catch((error: unknown) =>
          logger.warn(
            { ...idsOf(received.message), error },
            'a message could not be put back; it comes back by itself',
          ),
        )
        .finally(() => handling.delete(task));
      handling.add(task);
    }
  }

  /** One at a time. What fails is tried again at the next tick; a lease that runs out meanwhile stops its run. */
  const oneAtATime = (what: string, task: () => Promise<void>) => {
    let underWay = false;
    return () => {
      if (underWay) return;
      underWay = true;
      task()
        .catch((error: unknown) => logger.warn({ error }, `could not ${what}`))
        .finally(() => {
          underWay = false;
        });
    };
  };

  return {
    get liveRuns() {
      return live.size;
    },

    async run() {
      const timers = [
        deps.every(watchEveryMs, live.stopExpired),
        deps.every(watchEveryMs, oneAtATime('watch the runs', live.watch)),
        deps.every(leaseMs / renewalsPerLease, oneAtATime('renew the leases', live.renew)),
      ];
      let failures = 0;
      while (!stopping) {
        try {
          await take();
          failures = 0;
        } catch (error) {
          failures += 1;
          logger.warn({ error, failures }, 'the queue did not answer');
          await delay(Math.min(5_000, 100 * 2 ** failures));
        }
      }
      await Promise.all(handling);
      await deps.publisher.flush();
      for (const stop of timers) stop();
    },

    async stop(graceMs) {
      stopping = true;
      live.drain();
      const deadline = setTimeout(live.handOver, graceMs);
      while (handling.size > 0) await Promise.all(handling);
      clearTimeout(deadline);
    },
  };
}
