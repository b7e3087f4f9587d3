import type { RunMessage } from '../ports/run-queue.ts';
import type { Deps } from './deps.ts';
import { giveUp } from './sweep.ts';

/**
 * Ends the run of a message that no worker could handle, and keeps the message with it for a redrive. A message of an
 * unknown run is only logged: there is nobody to tell.
 */
export async function buryRun(deps: Omit<Deps, 'connections' | 'newId' | 'queue'>, message: RunMessage): Promise<void> {
  const kept = await deps.runs.change(message.runId, (record) => ({
    record: { ...record, deadLetter: JSON.stringify(message) },
    answer: true,
  }));
  if (kept === null) {
    deps.logger.error({ runId: message.runId }, 'a dead letter names a run that does not exist');
    return;
  }
  await giveUp(deps, message);
}
