import type { NewRun, RunRecord } from '../domain/run-record.ts';
import type { Steer } from '../domain/run-wait.ts';
import { PlatformError } from '../errors.ts';
import type { DataAccess } from '../ports/identity.ts';
import type { RunId, ThreadId } from '../protocol/ids.ts';
import { isTerminal, type Run, type RunStatus } from '../protocol/run.ts';
import { liveRuns } from '../protocol/thread-view.ts';
import type { Deps } from './deps.ts';
import { findRun } from './find-run.ts';
import { loadThread } from './load-thread.ts';
import type { StartRun } from './start-run.ts';

/** What a run answers, and where it stands among the runs of its thread. */
export interface RunPlace
  extends Pick<NewRun, 'inputItemId' | 'retryOf' | 'regenerates' | 'replaces' | 'parentRunId' | 'steers'>,
    Partial<Pick<NewRun, 'agentId' | 'agentChosen'>> {
  /** What the run that is tried again was told and has never read. */
  readonly steered?: readonly Steer[];
}

type PlaceDeps = Pick<Deps, 'runs' | 'store' | 'log' | 'newId'>;

/** Errors: `not_found` for a run that is not one of this thread, `conflict` for one that cannot be tried again, answered anew or replaced now. */
export async function placeRun(
  deps: PlaceDeps,
  access: DataAccess,
  threadId: ThreadId,
  request: StartRun,
): Promise<RunPlace> {
  const find = (runId: RunId) => findRun(deps, access, threadId, runId);
  const { retryOf, regenerate, replaces, after, delivery } = request;
  /** Unless another is chosen now. */
  const chosenFor = async ({ id }: Run) => (request.agentId === undefined ? chosenIn(await deps.runs.get(id)) : {});
  if (retryOf) {
    const [run, record] = await Promise.all([find(retryOf), deps.runs.get(retryOf)]);
    const status = record?.status ?? run.status;
    if (!['failed', 'cancelled', 'timed_out'].includes(status))
      throw notNow('Only a run that failed or was stopped can be tried again', status);
    const steered = record?.steered.filter(({ consumed }) => !consumed) ?? [];
    return { inputItemId: run.inputItemId, retryOf, ...insteadOf(run), ...chosenIn(record), steered };
  }
  if (regenerate) {
    const run = await find(regenerate);
    if (!isTerminal(run.status)) throw notNow('Only a run that has ended can be answered anew', run.status);
    return { inputItemId: run.inputItemId, regenerates: regenerate, ...insteadOf(run), ...(await chosenFor(run)) };
  }
  const inputItemId = deps.newId('itm');
  if (replaces) {
    const run = await find(replaces);
    if (!isTerminal(run.status)) throw notNow('Only the message of a run that has ended can be edited', run.status);
    return { inputItemId, replaces, ...insteadOf(run), ...(await chosenFor(run)) };
  }
  if (after) return { inputItemId, parentRunId: (await find(after)).id };
  if (delivery !== 'steer') return { inputItemId };
  const steers = await workingRun(deps, access, threadId);
  return { inputItemId, ...(steers && { steers }) };
}

/** Beside the other; where that one stands is told by the log alone for runs that are older than this page of it. */
const insteadOf = ({ parentRunId }: Run): Pick<RunPlace, 'parentRunId'> =>
  parentRunId === undefined ? {} : { parentRunId };

/** Who was chosen for a run answers it anew as well. */
const chosenIn = (record: RunRecord | null): Pick<RunPlace, 'agentId' | 'agentChosen'> =>
  record?.agentChosen ? { agentId: record.agentId, agentChosen: true } : {};

const notNow = (what: string, status: RunStatus): PlatformError =>
  new PlatformError('conflict', `${what}; this one is ${status}.`);

/** The run that works in the thread now, or waits in the middle of its work. */
async function workingRun(deps: PlaceDeps, access: DataAccess, threadId: ThreadId): Promise<RunId | undefined> {
  const loaded = await loadThread(deps, access, threadId, 1);
  if (!loaded) return undefined;
  const records = await deps.runs.getMany(liveRuns(loaded.view).map(({ id }) => id));
  return records.find(({ status, attempt }) => attempt > 0 && !isTerminal(status))?.runId;
}
