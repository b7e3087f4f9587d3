import type { Principal } from '../domain/principal.ts';
import { type RunRecord, requestCancel } from '../domain/run-record.ts';
import type { RunId } from '../protocol/ids.ts';
import { ownRun } from './find-run.ts';
import { threadStream } from './load-thread.ts';
import { type SettleDeps, settleRun } from './settle-run.ts';

/**
 * Asks for the end of a run. One that waits ends at once. A working one is said to be ending; its worker stops models and tools within
 * two seconds, and it has ended when none of them works any more. For one that has ended nothing changes. Only the owner of its
 * thread may.
 */
export async function cancelRun(deps: SettleDeps, caller: Principal, runId: RunId): Promise<void> {
  await ownRun(deps, await deps.minter.forUser(caller), runId);
  await announceCancel(deps, await endByRequest(deps, runId));
}

/** The same without asking who wants it. */
export async function endByRequest(deps: SettleDeps, runId: RunId): Promise<RunRecord | null> {
  const cancel = await deps.runs.change(runId, (current) => requestCancel(current, deps.now()));
  // Whoever is too late finds it ended, and that may yet have to be written down.
  if (cancel?.record.outcome && !cancel.record.settled) await settleRun(deps, cancel.record);
  return cancel?.record ?? null;
}

/** Tells readers that a run which is worked on is going to end. May be done again: it is told once. */
export async function announceCancel({ publisher }: SettleDeps, record: RunRecord | null): Promise<void> {
  if (!record || record.outcome) return;
  const { runId, threadId, acceptedAfterSeq } = record;
  await publisher.publish(threadStream(threadId), {
    batchId: `${runId}:cancelling`,
    runId,
    searchAfter: acceptedAfterSeq,
    events: [{ type: 'run.cancelling' }],
  });
}
