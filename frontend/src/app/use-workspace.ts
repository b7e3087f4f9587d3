import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import type { AgentId } from '#core/protocol/ids.ts';
import { usePlatform } from './platform-context.ts';

/** The workspace that the user works in: the first of theirs. */
export function useWorkspace() {
  const { api, userId } = usePlatform();
  return useQuery({
    queryKey: ['workspaces', userId],
    queryFn: ({ signal }) => api('GET /v1/workspaces', {}, signal),
    select: ({ data }) => data[0],
  });
}

export function useAgents() {
  const { api } = usePlatform();
  const workspaceId = useWorkspace().data?.id;
  return useQuery({
    queryKey: ['agents', workspaceId],
    enabled: workspaceId !== undefined,
    queryFn: ({ signal }) => (workspaceId ? api('GET /v1/agents', { query: { workspaceId } }, signal) : { data: [] }),
    select: ({ data }) => data,
  });
}

export function useAgent(agentId: AgentId | undefined): Agent | undefined {
  return useAgents().data?.find((agent) => agent.id === agentId);
}

/** What an agent is called: nothing while that is being found out, and a plain word for one that is gone. */
export function useAgentName(agentId: AgentId | undefined): string {
  const agents = useAgents();
  if (!agentId || agents.isPending) return '';
  return agents.data?.find((agent) => agent.id === agentId)?.name ?? 'Agent';
}

/** Keeps the thread list of the workspace live for as long as the page is open. */
export function useThreadFeed(): void {
  const { threadList } = usePlatform();
  const workspaceId = useWorkspace().data?.id;
  useEffect(() => (workspaceId ? threadList.open(workspaceId) : undefined), [threadList, workspaceId]);
}
