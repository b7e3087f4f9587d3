import { skipToken, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import { type AgentId, ThreadId } from '#core/protocol/ids.ts';
import type { Workspace } from '#core/protocol/workspace.ts';
import { everyElement } from '../http/pages.ts';
import { useStore } from '../state/use-store.ts';
import { usePlatform } from './platform-context.ts';

/** Every workspace that the user is a member of, the first joined first. */
export function useWorkspaces() {
  const { api, userId } = usePlatform();
  return useQuery({
    queryKey: ['workspaces', userId],
    queryFn: ({ signal }) => everyElement((query) => api('GET /v1/workspaces', { query }, signal)),
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

/** The agents that work in the workspace. */
export const useAgents = () => useAgentList('active');

/** Those who were dismissed too: their threads stay, and their names with them. */
export const useEveryAgent = () => useAgentList('all');

function useAgentList(status: 'active' | 'all') {
  const { api } = usePlatform();
  const workspaceId = useWorkspace().data?.id;
  return useQuery({
    queryKey: ['agents', workspaceId, status],
    queryFn: workspaceId
      ? ({ signal }) =>
          everyElement(
            (query) => api('GET /v1/agents', { query: { workspaceId, status, ...query } }, signal),
            mostAgents,
          )
      : skipToken,
  });
}

/** More than anybody chooses from; the page "Agents" searches them all. */
const mostAgents = 1_000;

export function useAgent(agentId: AgentId | undefined): Agent | undefined {
  return useEveryAgent().data?.find((agent) => agent.id === agentId);
}

/** Keeps the thread list of the workspace live for as long as the page is open. */
export function useThreadFeed(): void {
  const { threadList } = usePlatform();
  const workspaceId = useWorkspace().data?.id;
  useEffect(() => (workspaceId ? threadList.open(workspaceId) : undefined), [threadList, workspaceId]);
}
