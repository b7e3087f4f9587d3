import { markEnqueued, type RunRecord } from '../domain/run-record.ts';
import type { Deps } from './deps.ts';

type EnqueueDeps = Pick<Deps, 'queue' | 'runs' | 'now'>;

/**
 * Hands a run that stands in its thread's log to the workers. Under the name that its record gives: whoever does it again, because
 * somebody may have died in between, adds nothing. `meanwhile` is waited for before the record says so: a worker that has claimed the
 * run by then has said it already, and need not do its claim again because the record has changed.
 */
export async function enqueueRun(
  { queue, runs, now }: EnqueueDeps,
  record: RunRecord,
  meanwhile: () => Promise<void> = async () => {},
): Promise<void> {
  const { runId, threadId, workspaceId, requestId, sendAs, attempt, userId, isAnonymous, agentId } = record;
  const reader = attempt === 0 ? { reader: { userId, isAnonymous, agentId } } : {};
  await queue.send({ version: 1, runId, threadId, workspaceId, requestId, ...reader }, sendAs);
  await meanwhile();
  await runs.change(runId, (current) => markEnqueued(current, now(), sendAs));
}
