import type { RunRecord } from '../domain/run-record.ts';
import { notFound } from '../errors.ts';
import type { DataAccess } from '../ports/identity.ts';
import type { RunId, ThreadId } from '../protocol/ids.ts';
import type { Run } from '../protocol/run.ts';
import type { Deps } from './deps.ts';
import { loadThread } from './load-thread.ts';

/** A run of a thread as its readers see it, however long ago it was. Errors: `not_found`, also for one of another thread. */
export async function findRun(
  deps: Pick<Deps, 'store' | 'log'>,
  access: DataAccess,
  threadId: ThreadId,
  runId: RunId,
): Promise<Run> {
  const loaded = await loadThread(deps, access, threadId, 1);
  const run = loaded?.view.runs[runId] ?? (await deps.store.run(access, threadId, runId));
  if (run?.threadId !== threadId) throw notFound('run', runId);
  return run;
}

/** The record of a run whose thread the caller can see. Errors: `not_found`. */
export async function ownRun(
  { runs, store }: Pick<Deps, 'runs' | 'store'>,
  access: DataAccess,
  runId: RunId,
): Promise<RunRecord> {
  const record = await runs.get(runId);
  if (!record || !(await store.seesThread(access, record.threadId))) throw notFound('run', runId);
  return record;
}
