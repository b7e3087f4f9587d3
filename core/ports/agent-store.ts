import type { Agent, AgentStatus } from '../protocol/agent.ts';
import type { AgentContent, AgentVersion } from '../protocol/agent-content.ts';
import type { AgentId, ClientRequestId, WorkspaceId } from '../protocol/ids.ts';
import type { MemoryEntry } from '../protocol/memory.ts';
import type { Rule } from '../protocol/rule.ts';
import type { ToolGrant } from '../protocol/run-routes.ts';
import type { SkillSummary } from '../protocol/skill.ts';
import type { DataAccess } from './identity.ts';

/** A page of a list; `nextCursor` is null on the last. */
export interface Page<Entry> {
  readonly data: Entry[];
  readonly nextCursor: string | null;
}

export interface PageRequest {
  /** What an earlier page ended with. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface AgentQuery extends PageRequest {
  readonly workspaceId: WorkspaceId;
  /** Words that the name, role or description must have, or have words that begin like them. */
  readonly search?: string | undefined;
  readonly department?: string | undefined;
  readonly hiredOnly: boolean;
  readonly status: AgentStatus | 'all';
}

export interface NewAgent extends AgentContent {
  readonly id: AgentId;
  readonly workspaceId: WorkspaceId;
  readonly clientRequestId?: ClientRequestId | undefined;
}

/** An agent with what shapes it: its rules in order, its skills and memories without their content. */
export interface AgentInContext {
  readonly agent: Agent;
  /** Enabled ones only, its own and the workspace's, in the order of the prompt. */
  readonly rules: readonly Rule[];
  /** By name. */
  readonly skills: readonly SkillSummary[];
  /** The newest 100. */
  readonly memories: readonly MemoryEntry[];
  readonly memoryCount: number;
}

/** All that a run of an agent begins with. */
export interface AgentContext {
  readonly workspaceName: string;
  /** The user as whom it is read. `timezone` is an IANA name. */
  readonly person: { readonly name: string | null; readonly timezone: string | null };
  /** The agent itself first, then whoever it can reach by handoffs and delegates within three steps, the nearest first. */
  readonly agents: readonly AgentInContext[];
  /** What the user has granted for good in the agent's workspace, oldest first. */
  readonly grants: readonly ToolGrant[];
}

/**
 * Agents, as people make and change them. Every call acts as a user, and what they may not see is null or missing. Members
 * read, owners and admins write: `forbidden` for the others. Other errors: `unavailable`, `token_expired`,
 * `unauthenticated`, `invalid_request` for a cursor that is none.
 */
export interface AgentStore {
  /** Oldest first. */
  list(access: DataAccess, query: AgentQuery): Promise<Page<Agent>>;
  /** Dismissed ones too. */
  get(access: DataAccess, agentId: AgentId): Promise<Agent | null>;
  /** Which of these are agents of the workspace. */
  existing(access: DataAccess, workspaceId: WorkspaceId, agentIds: readonly AgentId[]): Promise<Set<AgentId>>;
  /**
   * Adds an agent as version 1. The same `clientRequestId` again answers with the agent that it made. Errors: `not_found`
   * for a workspace of others, `idempotency_mismatch` for another content, `conflict` for edges that lead nowhere.
   */
  add(access: DataAccess, agent: NewAgent): Promise<Agent>;
  /**
   * Makes a new version if `change` changes anything, and keeps it in the history. Null when there is no such agent, or
   * `version` is not its newest any more: exactly one of several who changed the same version succeeds.
   */
  update(
    access: DataAccess,
    agentId: AgentId,
    version: number,
    change: Partial<AgentContent>,
    restoredFrom?: number,
  ): Promise<Agent | null>;
  /** Dismisses or rehires; again changes nothing. Null when there is no such agent. */
  setStatus(access: DataAccess, agentId: AgentId, status: AgentStatus): Promise<Agent | null>;
  /** Newest first. */
  versions(access: DataAccess, agentId: AgentId, page: PageRequest): Promise<Page<AgentVersion>>;
  version(access: DataAccess, agentId: AgentId, version: number): Promise<AgentVersion | null>;
  /** In one request. Null for an agent that is dismissed or not the caller's. */
  context(access: DataAccess, agentId: AgentId): Promise<AgentContext | null>;
}
