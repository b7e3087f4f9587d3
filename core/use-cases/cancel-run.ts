import type { Principal } from '../domain/principal.ts';
import { requestCancel } from '../domain/run-record.ts';
import type { RunId } from '../protocol/ids.ts';
import { ownRun } from './find-run.ts';
import { type SettleDeps, settleRun } from './settle-run.ts';

/**
 * Asks for the end of a run. One that waits ends at once; a working one is stopped by its worker within two seconds; for
 * one that has ended nothing changes. Only the owner of its thread may.
 */
export async function cancelRun(deps: SettleDeps, caller: Principal, runId: RunId): Promise<void> {
  await ownRun(deps, await deps.minter.forUser(caller), runId);
  await endByRequest(deps, runId);
}

/** The same without asking who wants it. */
export async function endByRequest(deps: SettleDeps, runId: RunId): Promise<void> {
  const cancel = await deps.runs.change(runId, (current) => requestCancel(current, deps.now()));
  // Whoever is too late finds it ended, and that may yet have to be written down.
  if (cancel?.record.outcome && !cancel.record.settled) await settleRun(deps, cancel.record);
}
