import type { Deps } from '#core/use-cases/deps.ts';
import { type SweepReport, sweep } from '#core/use-cases/sweep.ts';
import type { ThreadDeps } from '#core/use-cases/threads.ts';

/** Called every minute. Its counts are metrics, zeros included, so that alarms have data. */
export function createSweepHandler(
  deps: Omit<Deps, 'connections'> & Pick<ThreadDeps, 'threadOutbox'>,
): () => Promise<SweepReport> {
  return async () => {
    const report = await sweep(deps);
    await deps.publisher.flush();
    // That nobody has answered in time is no fault of ours.
    const { failed, expired: _, ...repairs } = report;
    const SweepRepairs = Object.values(repairs).reduce((sum, count) => sum + count, 0);
    deps.logger.measure({ SweepRepairs, SweepFailures: failed, ...report }, 'swept');
    return report;
  };
}
