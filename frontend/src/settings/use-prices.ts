import { useQuery } from '@tanstack/react-query';
import type { ModelPrice } from '#core/protocol/budget.ts';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';
import { everyElement } from '../http/pages.ts';

export const pricesKey = (workspaceId: WorkspaceId) => ['prices', workspaceId] as const;

/** The workspace's own prices page by page, as a list shows them. */
export function usePrices(workspaceId: WorkspaceId) {
  const { api } = usePlatform();
  return usePages<ModelPrice>([...pricesKey(workspaceId), 'list'], (cursor, signal) =>
    api(
      'GET /v1/workspaces/{workspaceId}/prices',
      { path: { workspaceId }, query: { limit: 50, ...(cursor && { cursor }) } },
      signal,
    ),
  );
}

/** All of them at once, to see which models have none. */
export function useEveryPrice(workspaceId: WorkspaceId) {
  const { api } = usePlatform();
  return useQuery({
    queryKey: [...pricesKey(workspaceId), 'all'],
    queryFn: ({ signal }) =>
      everyElement((query) =>
        api(
          'GET /v1/workspaces/{workspaceId}/prices',
          { path: { workspaceId }, query: { limit: 100, ...query } },
          signal,
        ),
      ),
  });
}
