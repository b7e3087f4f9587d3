import { park, unpark } from '#core/domain/run-parking.ts';
import { isTerminal } from '#core/protocol/run.ts';
import { liveRuns, type ThreadView } from '#core/protocol/thread-view.ts';
import { enqueueRun } from '#core/use-cases/enqueue-run.ts';
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
  const { runId, attempt } = record;
  const own = view.runs[runId];
  const earlier = liveRuns(view).find(({ queuedSeq }) => own && queuedSeq < own.queuedSeq);
  if (!earlier) return 'go';
  const look = () => retryUnavailable(() => deps.runs.get(earlier.id));
  const other = await look();
  if (!other) return 'go';
  if (isTerminal(other.status)) {
    if (!other.settled) await retryUnavailable(() => settleRun(deps, other));
    return 'reload';
  }
  const isParked = await retryUnavailable(() =>
    deps.runs.change(runId, (current) => park(current, attempt, earlier.id, deps.now())),
  );
  if (!isParked) return 'lost';
  // Whoever ended the earlier one just now may have looked for its successor before this one was to be found.
  const again = await look();
  if (again && isTerminal(again.status)) await wake(deps, record);
  return 'waits';
}

async function wake(deps: AttemptDeps, { runId }: HeldRun['record']): Promise<void> {
  const isDue = await retryUnavailable(() => deps.runs.change(runId, (current) => unpark(current, deps.now())));
  if (!isDue) return;
  const due = await retryUnavailable(() => deps.runs.get(runId));
  if (due) await retryUnavailable(() => enqueueRun(deps, due));
}
