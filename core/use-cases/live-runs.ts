import type { RunRecord } from '../domain/run-record.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { RunId, UserId, WorkspaceId } from '../protocol/ids.ts';
import { endByRequest } from './cancel-run.ts';
import type { SettleDeps } from './settle-run.ts';

/** The runs of a workspace that are not settled, newest first. */
export async function* liveRunsOf(
  runs: Pick<RunStore, 'listLive'>,
  workspaceId: WorkspaceId,
): AsyncGenerator<RunRecord> {
  let before: RunId | undefined;
  do {
    const records = await runs.listLive({ workspaceId, before, limit: 100 });
    yield* records;
    before = records.at(-1)?.runId;
  } while (before !== undefined);
}

/** Ends what somebody has under way in a workspace that they do not belong to any more: nobody there is to pay for it. */
export async function endRunsOf(deps: SettleDeps, workspaceId: WorkspaceId, userId: UserId): Promise<void> {
  for await (const record of liveRunsOf(deps.runs, workspaceId))
    if (record.userId === userId) await endByRequest(deps, record.runId);
}
