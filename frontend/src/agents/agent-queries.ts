import { useQuery } from '@tanstack/react-query';
import type { AgentId } from '#core/protocol/ids.ts';
import { usePlatform } from '../app/platform-context.ts';

export const agentKey = (agentId: AgentId) => ['agent', agentId] as const;

/** What is always allowed, of all agents. */
export const grantsKey = ['tool-grants'] as const;

/** The place of that list on the page of an agent, in its address. */
export const grantsHash = 'always-allowed';

/** One agent, dismissed ones too. */
export function useOneAgent(agentId: AgentId) {
  const { api } = usePlatform();
  return useQuery({
    queryKey: agentKey(agentId),
    queryFn: ({ signal }) => api('GET /v1/agents/{agentId}', { path: { agentId } }, signal),
  });
}

/** The tools that agents can be given. */
export function useTools() {
  const { api } = usePlatform();
  return useQuery({
    queryKey: ['tools'],
    queryFn: ({ signal }) => api('GET /v1/tools', {}, signal),
    select: ({ data }) => data,
  });
}

export function useDepartments() {
  const { api } = usePlatform();
  return useQuery({
    queryKey: ['departments'],
    queryFn: ({ signal }) => api('GET /v1/catalog/departments', {}, signal),
    select: ({ data }) => data.map(({ name }) => name),
  });
}
