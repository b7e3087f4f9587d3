import { park, unpark } from '../domain/run-parking.ts';
import type { RunRecord } from '../domain/run-record.ts';
import type { RunId } from '../protocol/ids.ts';
import { isTerminal } from '../protocol/run.ts';
import { liveRuns, type ThreadView } from '../protocol/thread-view.ts';
import type { Deps } from './deps.ts';
import { enqueueRun } from './enqueue-run.ts';

// One run of a thread at a time, also while one waits for a person: its message is gone, and the queue hands out the next.

type ParkDeps = Pick<Deps, 'runs' | 'now'> & Partial<Pick<Deps, 'queue'>>;

/** The run of a thread that is to come to its end first, if there is one that is older than this. */
export const blockerOf = (view: ThreadView, runId: RunId): RunId | undefined => {
  const [oldest] = liveRuns(view);
  return oldest && oldest.id !== runId ? oldest.id : undefined;
};

/**
 * Puts a claimed run aside until `behind` has ended; its message is to be deleted then. `parked`: it comes back by itself.
 * `lost`: the worker did not hold it any more.
 */
export async function parkRun(
  deps: ParkDeps,
  { runId, attempt }: Pick<RunRecord, 'runId' | 'attempt'>,
  behind: RunId,
): Promise<'parked' | 'lost'> {
  const parked = await deps.runs.change(runId, (record) => park(record, attempt, behind, deps.now()));
  if (parked?.kind !== 'parked' && parked?.kind !== 'already') return 'lost';
  // It may have ended while this one was put aside, and found nothing to wake.
  const other = await deps.runs.get(behind);
  if (!other || isTerminal(other.status)) await wake(deps, runId);
  return 'parked';
}

/** Sends the next run of a thread to the workers, if it waits for its turn. May be done again: it is sent once. */
export async function wakeNext(deps: ParkDeps, view: ThreadView): Promise<void> {
  const [next] = liveRuns(view);
  if (next) await wake(deps, next.id);
}

/** Whether it waited. Without a queue, the sweep sends it. */
export async function wake(deps: ParkDeps, runId: RunId): Promise<boolean> {
  const { runs, now, queue } = deps;
  const turn = await runs.change(runId, (record) => unpark(record, now()));
  if (turn?.kind !== 'due') return false;
  if (queue) await enqueueRun({ runs, now, queue }, turn.record);
  return true;
}
