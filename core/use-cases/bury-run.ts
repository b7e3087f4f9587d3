import type { RunRecord } from '../domain/run-record.ts';
import type { RunMessage } from '../ports/run-queue.ts';
import { isTerminal } from '../protocol/run.ts';
import type { SettleDeps } from './settle-run.ts';
import { giveUp } from './sweep.ts';

/**
 * Ends the run of a message that no worker could handle, and keeps the message with it for a redrive. A message of an
 * unknown run is only logged: there is nobody to tell. A run that somebody works on, or that waits, is left to its worker and
 * to the sweep: the letter was one message of several.
 */
export async function buryRun(deps: SettleDeps, message: RunMessage): Promise<void> {
  const { runId, threadId, workspaceId, requestId } = message;
  const about = { workspaceId, threadId, runId, requestId };
  const kept = await deps.runs.change(message.runId, (record) => ({
    record: { ...record, deadLetter: JSON.stringify(message) },
    answer: true,
  }));
  if (kept === null) {
    deps.logger.error(about, 'a dead letter names a run that does not exist');
    return;
  }
  deps.logger.warn(about, 'no worker could handle a run: its message is a dead letter');
  await giveUp(deps, message, (record) => isLeftBehind(record, deps.now()));
}

/** Whether nobody holds the run, and nothing is yet to send it to the workers. */
function isLeftBehind({ status, lease, enqueued, behind }: RunRecord, nowMs: number): boolean {
  if (status === 'queued') return enqueued && behind === undefined;
  return isTerminal(status) || (status === 'running' && (lease?.expiresAtMs ?? 0) <= nowMs);
}
