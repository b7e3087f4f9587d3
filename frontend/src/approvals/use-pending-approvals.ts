import type { ThreadId, WorkspaceId } from '#core/protocol/ids.ts';
import type { PendingApproval } from '#core/protocol/run-routes.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';

export const approvalsKey = (workspaceId: WorkspaceId | undefined) => ['approvals', workspaceId] as const;

/** What runs of the workspace wait for: the reader's own, and what the reader may have to decide. Kept live by the workspace's feed. */
export function usePendingApprovals(workspaceId: WorkspaceId | undefined) {
  const { api } = usePlatform();
  return usePages<PendingApproval>(
    approvalsKey(workspaceId),
    async (cursor, signal) =>
      workspaceId
        ? api('GET /v1/approvals', { query: { workspaceId, limit: 50, ...(cursor && { cursor }) } }, signal)
        : { data: [], nextCursor: null },
    { enabled: workspaceId !== undefined },
  );
}

/** How many of them wait in each of the reader's threads. */
export function countByThread(approvals: readonly PendingApproval[] = []): ReadonlyMap<ThreadId, number> {
  const counts = new Map<ThreadId, number>();
  for (const { threadId } of approvals) if (threadId) counts.set(threadId, (counts.get(threadId) ?? 0) + 1);
  return counts;
}
