import type { Deps } from '#core/use-cases/deps.ts';
import { type SweepReport, sweep } from '#core/use-cases/sweep.ts';
import type { ThreadDeps } from '#core/use-cases/threads.ts';

/** Called every minute. How much it repaired is a metric also when that is nothing, so that alarms have data; of which kind only when there is any. */
export function createSweepHandler(
  deps: Omit<Deps, 'connections'> & Pick<ThreadDeps, 'threadOutbox'>,
): () => Promise<SweepReport> {
  return async () => {
    const report = await sweep(deps);
    await deps.publisher.flush();
    // That nobody has answered in time is no fault of ours.
    const { failed, expired: _, ...repairs } = report;
    const SweepRepairs = Object.values(repairs).reduce((sum, count) => sum + count, 0);
    const { logger, metrics } = deps;
    metrics.record('SweepRepairs', SweepRepairs);
    metrics.record('SweepFailures', failed);
    for (const [Kind, count] of Object.entries(repairs))
      if (count > 0) metrics.record('SweepRepairsByKind', count, { Kind });
    logger.info({ ...report }, 'swept');
    return report;
  };
}
