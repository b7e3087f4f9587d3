import type { Clock } from '#core/ports/clock.ts';
import type { ToolGrantStore } from '#core/ports/tool-grant-store.ts';
import type { UserId } from '#core/protocol/ids.ts';
import type { Team } from '#core/use-cases/deps.ts';
import { createMemoryAgentStore } from './memory-agent-store.ts';
import { createMemoryCatalogStore } from './memory-catalog-store.ts';
import { createMemoryGuidanceStores, type MemoryGuidanceStores } from './memory-guidance-stores.ts';
import type { MemoryWorkspaceStore } from './memory-workspace-store.ts';

export interface MemoryTeam extends Team, Pick<MemoryGuidanceStores, 'addSystemSkill'> {
  /** Platform admins, who write the catalog. */
  readonly admins: Set<UserId>;
}

/** Agents, the catalog and what guides agents, over the people and agents of a workspace store. */
export function createMemoryTeam(options: {
  workspaces: MemoryWorkspaceStore;
  now: Clock;
  toolGrants?: ToolGrantStore;
}): MemoryTeam {
  const { guidanceOf, ...guidance } = createMemoryGuidanceStores(options);
  const departments = [
    { name: 'Leadership', position: 10 },
    { name: 'Engineering', position: 20 },
  ];
  return {
    ...guidance,
    admins: options.workspaces.tenants.platformAdmins,
    agents: createMemoryAgentStore({ ...options, guidanceOf }),
    catalog: createMemoryCatalogStore({ ...options, departments }),
  };
}
