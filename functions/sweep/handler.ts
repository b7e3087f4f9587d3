import { type ForgetDeps, forgetDeadConnections } from '#core/use-cases/forget-connections.ts';
import { type PurgeDeps, purgeDeleted } from '#core/use-cases/purge.ts';
import { type MailDeps, sendMails } from '#core/use-cases/send-mails.ts';
import { type SweepDeps, type SweepReport, sweep } from '#core/use-cases/sweep.ts';

/** With what was deleted and has been taken away everywhere, the mails that were sent, and the dead connections that were forgotten. */
type Report = SweepReport & { readonly purged: number; readonly mailed: number; readonly forgotten: number };

/** Called every minute. Repairs, purges, mails and dead connections go on side by side: none waits for another, or falls away with it. How much it repaired is a metric also when that is nothing, so that alarms have data; of which kind only when there is any. */
export function createSweepHandler(deps: SweepDeps & PurgeDeps & MailDeps & ForgetDeps): () => Promise<Report> {
  return async () => {
    const parts = [sweep(deps), purgeDeleted(deps), sendMails(deps), forgetDeadConnections(deps)] as const;
    await Promise.allSettled(parts);
    await deps.publisher.flush();
    const [repaired, { purged, failed: unpurged }, { mailed, failed: unsent }, { forgotten, failed: unforgotten }] =
      await Promise.all(parts);
    const failures = repaired.failed + unpurged + unsent + unforgotten;
    const report = { ...repaired, purged, mailed, forgotten, failed: failures };
    // That nobody has answered in time is no fault of ours, nor that a client has gone, and what was deleted is taken away in due time.
    const { failed, expired: _, purged: __, mailed: ___, forgotten: ____, ...repairs } = report;
    const SweepRepairs = Object.values(repairs).reduce((sum, count) => sum + count, 0);
    const { logger, metrics } = deps;
    metrics.record('SweepRepairs', SweepRepairs);
    metrics.record('SweepFailures', failed);
    for (const [Kind, count] of Object.entries(repairs))
      if (count > 0) metrics.record('SweepRepairsByKind', count, { Kind });
    if (forgotten > 0) metrics.record('SweepRepairsByKind', forgotten, { Kind: 'forgotten' });
    logger.info({ ...report }, 'swept');
    return report;
  };
}
