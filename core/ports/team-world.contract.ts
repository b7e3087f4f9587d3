import { agentDefaults } from '../protocol/agent.ts';
import type { AgentDraft } from '../protocol/agent-content.ts';
import type { UserId } from '../protocol/ids.ts';
import type { Team } from '../use-cases/deps.ts';
import type { Page } from './agent-store.ts';
import { type DirectoryWorld, newCompany, type Person, type TestCompany } from './directory-world.contract.ts';
import type { DataAccess } from './identity.ts';
import { sampleThread } from './samples.contract.ts';
import type { WorkspaceStore } from './workspace-store.ts';

/** People and workspaces, and what works for them. */
export interface TeamWorld extends DirectoryWorld, Team {
  readonly store: WorkspaceStore;
  makePlatformAdmin(userId: UserId): Promise<void>;
}

export interface TeamCompany extends TestCompany {
  /** Everybody who may look and not write: a member and somebody from outside. */
  readonly others: readonly DataAccess[];
  /** The access of a run of a person on a thread with this agent. */
  runOf(person: Person, agentId: Parameters<WorkspaceStore['agent']>[1]): Promise<DataAccess>;
}

export async function newTeamCompany(world: TeamWorld): Promise<TeamCompany> {
  const company = await newCompany(world);
  return {
    ...company,
    others: [company.member.access, company.stranger.access],
    async runOf(person, agentId) {
      const thread = sampleThread({ workspaceId: company.id, agentId });
      await world.store.addThread(person.access, thread, person.id);
      return world.minter.forThread(person.principal, thread.id);
    },
  };
}

export const aDraft = (changes: Partial<AgentDraft> = {}): AgentDraft => {
  const { version: _, status: _status, origin: _origin, ...defaults } = agentDefaults;
  return {
    ...defaults,
    name: 'Ada',
    description: '',
    instructions: 'Be exact.',
    model: 'default',
    tools: [],
    ...changes,
  };
};

/** All entries of a list, taken two at a time. */
export async function allPages<Entry>(
  list: (page: { cursor?: string | undefined; limit: number }) => Promise<Page<Entry>>,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  let cursor: string | undefined;
  do {
    const page = await list({ cursor, limit: 2 });
    entries.push(...page.data);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return entries;
}
