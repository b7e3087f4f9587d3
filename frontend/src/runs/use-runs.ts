import type { WorkspaceId } from '#core/protocol/ids.ts';
import type { RunSummary } from '#core/protocol/run-routes.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';
import type { ShownRuns } from './shown-runs.ts';

export const runsKey = (workspaceId: WorkspaceId) => ['runs', workspaceId] as const;

/** As often as a worker says what its runs have used. */
const lookEveryMs = 5_000;

/** Members see their own runs, owners and admins all. What is live is asked for again while it is looked at. */
export function useRuns(workspaceId: WorkspaceId, status: ShownRuns | undefined) {
  const { api } = usePlatform();
  const query = { workspaceId, status: status ?? 'live', limit: 50 } as const;
  return usePages<RunSummary>(
    [...runsKey(workspaceId), query.status],
    (cursor, signal) => api('GET /v1/runs', { query: { ...query, ...(cursor && { cursor }) } }, signal),
    { staleTime: 0, ...(!status && { refetchInterval: lookEveryMs }) },
  );
}
