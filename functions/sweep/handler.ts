import { type PurgeDeps, purgeDeleted } from '#core/use-cases/purge.ts';
import { type MailDeps, sendMails } from '#core/use-cases/send-mails.ts';
import { type SweepDeps, type SweepReport, sweep } from '#core/use-cases/sweep.ts';

/** With what was deleted and has been taken away everywhere, and the mails that were sent. */
type Report = SweepReport & { readonly purged: number; readonly mailed: number };

/** Called every minute. How much it repaired is a metric also when that is nothing, so that alarms have data; of which kind only when there is any. */
export function createSweepHandler(deps: SweepDeps & PurgeDeps & MailDeps): () => Promise<Report> {
  return async () => {
    const repaired = await sweep(deps);
    const { purged, failed: unpurged } = await purgeDeleted(deps);
    const { mailed, failed: unsent } = await sendMails(deps);
    const report = { ...repaired, purged, mailed, failed: repaired.failed + unpurged + unsent };
    await deps.publisher.flush();
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
