import { assertMay } from '../domain/access.ts';
import type { Principal } from '../domain/principal.ts';
import { newRunRecord } from '../domain/run-record.ts';
import { notFound, PlatformError } from '../errors.ts';
import type { RunId, WorkspaceId } from '../protocol/ids.ts';
import { acceptRun } from './accept-run.ts';
import type { Deps } from './deps.ts';
import { visibleRun } from './fleet.ts';
import { threadStream } from './load-thread.ts';
import { placeRun } from './place-run.ts';

/**
 * Tries a run again that the platform has given up, for the one whose run it is and from where it got to. Again is the same
 * new run. `admit` may refuse it before anything is written. For owners and admins. Errors: `not_found`, `forbidden`, `conflict` for a run that was not given up.
 */
export async function redriveRun(
  deps: Omit<Deps, 'connections'>,
  caller: Principal,
  runId: RunId,
  requestId: string,
  admit: (workspaceId: WorkspaceId) => Promise<void>,
): Promise<{ runId: RunId }> {
  const { record, who } = await visibleRun(deps, caller, runId);
  assertMay('runs.redrive', who.role, caller);
  const { outcome, threadId, workspaceId, agentId, userId, isAnonymous } = record;
  if (outcome?.status !== 'failed' || outcome.error.code !== 'worker_lost')
    throw new PlatformError('conflict', 'Only a run that the platform has given up can be sent again.');
  await admit(workspaceId);
  const access = await deps.minter.forUser(record);
  if (!(await deps.store.seesThread(access, threadId))) throw notFound('run', runId);
  const clientRequestId = `redrive-${runId}`;
  const { steered, ...place } = await placeRun(deps, access, threadId, { retryOf: runId, clientRequestId });
  const fields = {
    agentId,
    ...place,
    runId: deps.newId('run'),
    threadId,
    workspaceId,
    userId,
    isAnonymous,
    clientRequestId,
    requestId,
    createdAtMs: deps.now(),
    newThread: false,
    acceptedAfterSeq: await deps.log.head(threadStream(threadId)),
    feedAfterSeq: 0,
  };
  const kept = await deps.runs.create(newRunRecord(fields, steered), undefined);
  const isHalfway = kept.record.status === 'queued' && !kept.record.enqueued;
  if (isHalfway) await acceptRun(deps, kept.record, undefined);
  return { runId: kept.record.runId };
}
