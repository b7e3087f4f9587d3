import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import { type AgentId, ThreadId } from '#core/protocol/ids.ts';
import type { Workspace } from '#core/protocol/workspace.ts';
import { useStore } from '../state/use-store.ts';
import { usePlatform } from './platform-context.ts';

/** Every workspace that the user is a member of, the first joined first. */
export function useWorkspaces() {
  const { api, userId } = usePlatform();
  return useQuery({
    queryKey: ['workspaces', userId],
    queryFn: ({ signal }) => api('GET /v1/workspaces', {}, signal),
    select: ({ data }) => data,
  });
}

/** The workspace that the user works in: the one in the address, else the one that was chosen last, else the first. */
export function useWorkspace() {
  const workspaces = useWorkspaces();
  const { workspaceId } = useParams({ strict: false });
  const wanted = useStore(usePlatform().workspaceChoice.wanted);
  const find = (id: string | null | undefined): Workspace | undefined =>
    workspaces.data?.find((each) => each.id === id);
  return { ...workspaces, data: find(workspaceId) ?? find(wanted) ?? workspaces.data?.[0] };
}

/** Keeps the choice in step with the address and with the thread that is open. */
export function useFollowWorkspace(): void {
  const { workspaceChoice, threads } = usePlatform();
  const { workspaceId, threadId } = useParams({ strict: false });
  const inAddress = useWorkspaces().data?.find(({ id }) => id === workspaceId)?.id;

  useEffect(() => {
    if (inAddress) workspaceChoice.choose(inAddress);
  }, [inAddress, workspaceChoice]);

  useEffect(() => {
    const thread = ThreadId.safeParse(threadId);
    if (!thread.success) return;
    const { state } = threads.get(thread.data);
    let followed = false;
    const look = () => {
      const now = state.get();
      if (followed || now.status !== 'ready' || !now.view.thread) return;
      followed = true;
      workspaceChoice.choose(now.view.thread.workspaceId);
    };
    look();
    return state.subscribe(look);
  }, [threadId, threads, workspaceChoice]);
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
