import type { WorkspaceId } from '#core/protocol/ids.ts';
import type { UsageBy, UsageRow } from '#core/protocol/usage.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';

/** Usage of a span of days, in rows by something: days in their order, of everything else those that cost most first. */
export function useUsage(workspaceId: WorkspaceId, by: UsageBy, from: string, to: string) {
  const { api } = usePlatform();
  return usePages<UsageRow>(
    ['usage', workspaceId, by, from, to],
    (cursor, signal) =>
      api(
        'GET /v1/workspaces/{workspaceId}/usage',
        { path: { workspaceId }, query: { by, from, to, limit: 100, ...(cursor && { cursor }) } },
        signal,
      ),
    // The bill grows while agents work.
    { staleTime: 0, refetchInterval: 10_000 },
  );
}
