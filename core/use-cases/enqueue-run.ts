import { markEnqueued, type RunRecord } from '../domain/run-record.ts';
import type { Deps } from './deps.ts';

/**
 * Hands a run that stands in its thread's log to the workers. Under the name that its record gives: whoever does it again, because
 * somebody may have died in between, adds nothing.
 */
export async function enqueueRun(
  { queue, runs, now }: Pick<Deps, 'queue' | 'runs' | 'now'>,
  record: RunRecord,
): Promise<void> {
  const { runId, threadId, workspaceId, requestId, sendAs } = record;
  await queue.send({ version: 1, runId, threadId, workspaceId, requestId }, sendAs);
  await runs.change(runId, (current) => markEnqueued(current, now(), sendAs));
}
