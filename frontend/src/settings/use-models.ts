import { useQuery } from '@tanstack/react-query';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import { usePlatform } from '../app/platform-context.ts';

export const modelsKey = (workspaceId: WorkspaceId) => ['models', workspaceId] as const;

/** The providers that the workspace has a key for, each with its models. */
export function useModels(workspaceId: WorkspaceId) {
  const { api } = usePlatform();
  return useQuery({
    queryKey: modelsKey(workspaceId),
    queryFn: ({ signal }) => api('GET /v1/models', { query: { workspaceId } }, signal),
    select: ({ data }) => data,
  });
}
