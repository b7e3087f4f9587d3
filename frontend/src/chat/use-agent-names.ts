import { useCallback } from 'react';
import type { AgentId } from '#core/protocol/ids.ts';
import { useEveryAgent } from '../app/use-workspace.ts';

/** What agents are called: nothing while that is being found out, and a plain word for one that is gone. */
export function useAgentNames(): (agentId: AgentId | undefined) => string {
  const { data } = useEveryAgent();
  return useCallback(
    (agentId) => {
      if (!agentId || !data) return '';
      return data.find(({ id }) => id === agentId)?.name ?? 'Agent';
    },
    [data],
  );
}
