import type { QueryClient } from '@tanstack/react-query';
import type { WorkspaceId } from '#core/protocol/ids.ts';

/** Reads every list of agents again, those that no page shows at present too: the next page is to begin with who works here now. */
export const refreshAgents = (queries: QueryClient, workspaceId: WorkspaceId): Promise<void> =>
  queries.invalidateQueries({ queryKey: ['agents', workspaceId], refetchType: 'all' });
