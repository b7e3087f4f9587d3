import { type PurgeDeps, purgeDeleted } from '#core/use-cases/purge.ts';
import { type MailDeps, sendMails } from '#core/use-cases/send-mails.ts';
import { type SweepDeps, type SweepReport, sweep } from '#core/use-cases/sweep.ts';

/** With what was deleted and has been taken away everywhere, and the mails that were sent. */
type Report = SweepReport & { readonly purged: number; readonly mailed: number };

/** Called every minute. Repairs, purges and mails go on side by side: none waits for another, or falls away with it. How much it repaired is a metric also when that is nothing, so that alarms have data; of which kind only when there is any. */
export function createSweepHandler(deps: SweepDeps & PurgeDeps & MailDeps): () => Promise<Report> {
  return async () => {
    const parts = [sweep(deps), purgeDeleted(deps), sendMails(deps)] as const;
    await Promise.allSettled(parts);
    await deps.publisher.flush();
    const [repaired, { purged, failed: unpurged }, { mailed, failed: unsent }] = await Promise.all(parts);
    const report = { ...repaired, purged, mailed, failed: repaired.failed + unpurged + unsent };
    // That nobody has answered in time is no fault of ours, and what was deleted is taken away in due time.
    const { failed, expired: _, purged: __, mailed: ___, ...repairs } = report;
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
