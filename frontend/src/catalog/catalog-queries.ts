import { useQuery } from '@tanstack/react-query';
import type { CatalogAgentId } from '#core/protocol/ids.ts';
import { usePlatform } from '../app/platform-context.ts';

/** The first word of every query whose answer a change of the catalog makes old. */
export const managedKey = ['managed-catalog'] as const;

/** One catalog agent with all its versions, the newest first. */
export function useManagedAgent(catalogAgentId: CatalogAgentId) {
  const { api } = usePlatform();
  return useQuery({
    queryKey: [...managedKey, 'one', catalogAgentId],
    queryFn: ({ signal }) => api('GET /v1/catalog/agents/{catalogAgentId}', { path: { catalogAgentId } }, signal),
  });
}
