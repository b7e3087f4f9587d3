import type { Principal } from '../domain/principal.ts';
import { requestCancel } from '../domain/run-record.ts';
import { notFound } from '../errors.ts';
import type { RunId } from '../protocol/ids.ts';
import type { Deps } from './deps.ts';
import { settleRun } from './settle-run.ts';

type CancelDeps = Pick<Deps, 'runs' | 'store' | 'minter' | 'publisher' | 'log' | 'now'>;

/**
 * Asks for the end of a run. One that waits ends at once; a working one is stopped by its worker within two seconds; for
 * one that has ended nothing changes. Only the owner of its thread may.
 */
export async function cancelRun(deps: CancelDeps, caller: Principal, runId: RunId): Promise<void> {
  const record = await deps.runs.get(runId);
  if (!record) throw notFound('run', runId);
  const thread = await deps.store.thread(await deps.minter.forUser(caller), record.threadId);
  if (!thread) throw notFound('run', runId);
  await endByRequest(deps, runId);
}

/** The same without asking who wants it. */
export async function endByRequest(deps: CancelDeps, runId: RunId): Promise<void> {
  const record = await deps.runs.change(runId, (current) => requestCancel(current, deps.now()));
  if (record?.outcome && !record.settled) await settleRun(deps, record);
}
