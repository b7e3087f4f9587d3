import { useQuery } from '@tanstack/react-query';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import type { UsageBy, UsageRow } from '#core/protocol/usage.ts';
import { usePlatform } from '../app/platform-context.ts';

/** Usage of a span of days, in rows by something. Of more rows than fit one page, those with the highest cost that came first. */
export function useUsage(workspaceId: WorkspaceId, by: UsageBy, from: string, to: string) {
  const { api } = usePlatform();
  return useQuery({
    queryKey: ['usage', workspaceId, by, from, to],
    // The bill grows while agents work.
    staleTime: 0,
    refetchInterval: 10_000,
    queryFn: async ({ signal }): Promise<UsageRow[]> => {
      const page = await api(
        'GET /v1/workspaces/{workspaceId}/usage',
        { path: { workspaceId }, query: { by, from, to, limit: 100 } },
        signal,
      );
      return page.data;
    },
  });
}
