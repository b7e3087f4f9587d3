import { isTerminal } from '#core/protocol/run.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import { blockerOf, parkRun } from '#core/use-cases/park-run.ts';
import { settleRun } from '#core/use-cases/settle-run.ts';
import type { HeldRun } from './live-runs.ts';
import { retryUnavailable } from './retry.ts';
import type { AttemptDeps } from './run-attempt.ts';

/**
 * One run of a thread at a time, also while one waits for a person: its message has left the queue then, and no longer holds
 * back those behind it. `go`: it is this run's turn. `reload`: it is now, and the thread has changed. `waits`: it has been
 * put aside, and whoever ends the earlier run sends it again.
 */
export async function waitItsTurn(
  deps: AttemptDeps,
  { record }: HeldRun,
  view: ThreadView,
): Promise<'go' | 'reload' | 'waits' | 'lost'> {
  const blocker = blockerOf(view, record.runId);
  if (!blocker) return 'go';
  const other = await retryUnavailable(() => deps.runs.get(blocker));
  // Its record has outlived its use: nobody will ever end it, and so nobody is to wait for it.
  if (!other) return 'go';
  if (isTerminal(other.status)) {
    if (!other.settled) await retryUnavailable(() => settleRun(deps, other));
    return 'reload';
  }
  return (await retryUnavailable(() => parkRun(deps, record, blocker))) === 'parked' ? 'waits' : 'lost';
}
