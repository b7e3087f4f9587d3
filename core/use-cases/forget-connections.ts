import type { Deps } from './deps.ts';
import { type EndDeps, endConnection } from './end-connections.ts';

export type ForgetDeps = EndDeps & Pick<Deps, 'now' | 'logger'>;

/** A socket lives two hours, and whoever is still there has sent a new token long before this: its client is gone, and its `$disconnect` was lost. */
const deadAfterMs = 10 * 60_000;

/**
 * Forgets connections whose client has gone without a word, so that nothing is pushed to them. A push that finds its connection gone does
 * the same at once; this is for streams on which nothing is said. Some `rows` rows at a time. How many were forgotten, and how many could not be.
 */
export async function forgetDeadConnections(
  deps: ForgetDeps,
  rows = 500,
): Promise<{ forgotten: number; failed: number }> {
  const report = { forgotten: 0, failed: 0 };
  for (const connectionId of await deps.connections.someExpired(deps.now() - deadAfterMs, rows)) {
    try {
      await endConnection(deps, connectionId);
      report.forgotten += 1;
    } catch (error) {
      report.failed += 1;
      deps.logger.warn({ error, connectionId }, 'a dead connection could not be forgotten');
    }
  }
  return report;
}
