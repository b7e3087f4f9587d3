import type { AgentId, WorkspaceId } from '#core/protocol/ids.ts';
import type { SkillEntry } from '#core/protocol/skill.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';

export const skillsKey = (workspaceId: WorkspaceId) => ['skills', workspaceId] as const;

/** The skills of a workspace, or those that one agent has. */
export function useSkills(workspaceId: WorkspaceId, agentId?: AgentId) {
  const { api } = usePlatform();
  return usePages<SkillEntry>([...skillsKey(workspaceId), agentId], (cursor, signal) =>
    api('GET /v1/skills', { query: { workspaceId, agentId, limit: 100, ...(cursor && { cursor }) } }, signal),
  );
}
