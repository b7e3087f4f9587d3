import type { AgentId, ClientRequestId, RuleId, SkillId, WorkspaceId } from '../protocol/ids.ts';
import type { FoundMemory, Memory, MemoryEntry } from '../protocol/memory.ts';
import type { Rule, RuleContent, RuleDraft } from '../protocol/rule.ts';
import type { Skill, SkillContent, SkillEntry } from '../protocol/skill.ts';
import type { Page, PageRequest } from './agent-store.ts';
import type { DataAccess } from './identity.ts';

/** A list of a workspace, or of what one of its agents has of it. */
export interface GuidanceQuery extends PageRequest {
  readonly workspaceId: WorkspaceId;
  readonly agentId?: AgentId | undefined;
}

/**
 * Every call of these stores acts as a user, and what they may not see is null or missing. Members read, owners and admins
 * write: `forbidden` for the others. Other errors: `unavailable`, `token_expired`, `unauthenticated`, `invalid_request` for a
 * cursor that is none.
 */
export interface RuleStore {
  /** By priority, then by age. With an agent: its own and those for all, disabled ones too. */
  list(access: DataAccess, query: GuidanceQuery): Promise<Page<Rule>>;
  /** Errors: `conflict` for an agent of elsewhere. The same `clientRequestId` again answers with the rule that it made. */
  add(
    access: DataAccess,
    rule: RuleDraft & { id: RuleId; clientRequestId?: ClientRequestId | undefined },
  ): Promise<Rule>;
  /** Null when there is none that the caller may change. */
  update(access: DataAccess, ruleId: RuleId, content: RuleContent): Promise<Rule | null>;
  get(access: DataAccess, ruleId: RuleId): Promise<Rule | null>;
  /** False when there is none that the caller may delete. */
  remove(access: DataAccess, ruleId: RuleId): Promise<boolean>;
}

export interface SkillStore {
  /** By name. With an agent: those that it has. */
  list(access: DataAccess, query: GuidanceQuery): Promise<Page<SkillEntry>>;
  get(access: DataAccess, skillId: SkillId): Promise<Skill | null>;
  /** A skill that the agent has, by its name. */
  ofAgent(access: DataAccess, agentId: AgentId, name: string): Promise<Skill | null>;
  /** Errors: `conflict` for a name that is taken. */
  add(access: DataAccess, skill: SkillContent & { id: SkillId; workspaceId: WorkspaceId }): Promise<Skill>;
  /** Null when there is none that the caller may change: the platform's own nobody may. Errors: `conflict` for a name that is taken. */
  update(access: DataAccess, skillId: SkillId, content: Partial<SkillContent>): Promise<Skill | null>;
  /** False when there is none that the caller may delete: the platform's own nobody may. */
  remove(access: DataAccess, skillId: SkillId): Promise<boolean>;
  /** Gives the agent these skills and no others. Errors: `not_found` for the agent, `conflict` for a skill of elsewhere. */
  assign(access: DataAccess, agentId: AgentId, skillIds: readonly SkillId[]): Promise<void>;
}

/** Paths are normalised (core/protocol/memory.ts). Beside owners and admins a run writes, with the access of its thread. */
export interface MemoryStore {
  /** By path. */
  list(
    access: DataAccess,
    agentId: AgentId,
    query: PageRequest & { prefix?: string | undefined },
  ): Promise<Page<MemoryEntry>>;
  read(access: DataAccess, agentId: AgentId, path: string): Promise<Memory | null>;
  /**
   * Puts a memory in its place; the same content again changes nothing, not even its time. Errors: `not_found` for the agent,
   * `input_too_large` when the agent has no room for it.
   */
  write(access: DataAccess, agentId: AgentId, path: string, content: string): Promise<Memory>;
  /** False when there is none that the caller may delete. */
  remove(access: DataAccess, agentId: AgentId, path: string): Promise<boolean>;
  /** Those with all the words, or with words that begin like them; the best first. */
  search(access: DataAccess, agentId: AgentId, query: string, limit: number): Promise<FoundMemory[]>;
}

/** What shapes agents beside their instructions. */
export interface GuidanceStores {
  readonly rules: RuleStore;
  readonly skills: SkillStore;
  readonly memories: MemoryStore;
}
