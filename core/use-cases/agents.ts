import { checkAgent } from '../domain/agent-check.ts';
import { diffAgents } from '../domain/agent-diff.ts';
import type { Principal } from '../domain/principal.ts';
import { assemblePrompt, promptInputOf } from '../domain/prompt.ts';
import { notFound, PlatformError } from '../errors.ts';
import type { CredentialStore } from '../ports/credential-store.ts';
import type { Directory } from '../ports/directory.ts';
import type { DataAccess } from '../ports/identity.ts';
import type { Agent, AgentStatus } from '../protocol/agent.ts';
import {
  type AgentChange,
  AgentContent,
  type AgentDraft,
  type AgentVersion,
  type FieldChange,
  type PromptPart,
} from '../protocol/agent-content.ts';
import type { AgentId, ClientRequestId, WorkspaceId } from '../protocol/ids.ts';
import type { Deps, Team } from './deps.ts';
import { announceChange, enterWorkspace } from './rights.ts';

export interface AgentDeps extends Pick<Deps, 'minter' | 'publisher' | 'newId' | 'now'> {
  readonly agents: Team['agents'];
  readonly credentials: Pick<CredentialStore, 'providers'>;
  readonly directory: Directory;
}

/** Errors: `not_found` for a workspace of others, `forbidden`, `invalid_request` that names what is wrong, `idempotency_mismatch`. */
export async function createAgent(
  deps: AgentDeps,
  caller: Principal,
  {
    workspaceId,
    clientRequestId,
    ...draft
  }: AgentDraft & { workspaceId: WorkspaceId; clientRequestId?: ClientRequestId | undefined },
): Promise<Agent> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'agents.manage');
  const { model } = await check(deps, access, workspaceId, null, draft);
  const agent = await deps.agents.add(access, {
    ...draft,
    model,
    id: deps.newId('agt'),
    workspaceId,
    clientRequestId,
  });
  await announceChange(deps, workspaceId, 'agents');
  return agent;
}

/** Errors: `not_found`, `forbidden`, `invalid_request`; `conflict` when the agent was changed since `version`. */
export async function changeAgent(
  deps: AgentDeps,
  caller: Principal,
  agentId: AgentId,
  { version, ...change }: AgentChange & { version: number },
): Promise<Agent> {
  const { access, agent } = await managedAgent(deps, caller, agentId);
  const given = withoutUndefined(change);
  const { model } = await check(deps, access, agent.workspaceId, agentId, AgentContent.parse({ ...agent, ...given }));
  return save(deps, access, agent, version, { ...given, ...(given.model !== undefined && { model }) });
}

/** Makes a new version with the content of an old one. Errors as for changeAgent. */
export async function restoreAgent(
  deps: AgentDeps,
  caller: Principal,
  agentId: AgentId,
  version: number,
  currentVersion: number,
): Promise<Agent> {
  const { access, agent } = await managedAgent(deps, caller, agentId);
  const old = await deps.agents.version(access, agentId, version);
  if (!old) throw notFound('version', String(version));
  // What was good once may name a model, a tool or a colleague that there is not any more.
  const { model } = await check(deps, access, agent.workspaceId, agentId, old.content);
  return save(deps, access, agent, currentVersion, { ...old.content, model }, version);
}

/** Errors: `not_found`, `forbidden`. Again changes nothing. */
export async function setAgentStatus(
  deps: AgentDeps,
  caller: Principal,
  agentId: AgentId,
  status: AgentStatus,
): Promise<Agent> {
  const { access, agent } = await managedAgent(deps, caller, agentId);
  if (agent.status === status) return agent;
  const changed = await deps.agents.setStatus(access, agentId, status);
  if (!changed) throw notFound('agent', agentId);
  await announceChange(deps, agent.workspaceId, 'agents');
  return changed;
}

/** Dismissed ones too. Errors: `not_found`. */
export async function findAgent(deps: AgentDeps, caller: Principal, agentId: AgentId): Promise<Agent> {
  const agent = await deps.agents.get(await deps.minter.forUser(caller), agentId);
  if (!agent) throw notFound('agent', agentId);
  return agent;
}

/** Errors: `not_found`. */
export async function findVersion(
  deps: AgentDeps,
  caller: Principal,
  agentId: AgentId,
  version: number,
): Promise<AgentVersion> {
  const found = await deps.agents.version(await deps.minter.forUser(caller), agentId, version);
  if (!found) throw notFound('version', String(version));
  return found;
}

/** What changed from a version to another; without `from`, from the one before. Errors: `not_found`. */
export async function diffVersions(
  deps: AgentDeps,
  caller: Principal,
  agentId: AgentId,
  to: number,
  from: number | undefined,
): Promise<{ from: number | null; to: number; changes: FieldChange[] }> {
  const before = from ?? to - 1;
  const [old, now] = await Promise.all([
    before === 0 ? null : findVersion(deps, caller, agentId, before),
    findVersion(deps, caller, agentId, to),
  ]);
  return { from: old?.version ?? null, to, changes: diffAgents(old?.content ?? null, now.content) };
}

/** What a run of the agent would begin with now, if the caller started it. Errors: `not_found`, `forbidden`, `conflict` for a dismissed one. */
export async function previewPrompt(
  deps: AgentDeps,
  caller: Principal,
  agentId: AgentId,
): Promise<{ text: string; parts: PromptPart[] }> {
  const { access } = await managedAgent(deps, caller, agentId);
  const context = await deps.agents.context(access, agentId);
  if (!context) throw new PlatformError('conflict', 'The agent is dismissed. Rehire it first.');
  return assemblePrompt(promptInputOf(context, agentId, deps.now()));
}

async function save(
  deps: AgentDeps,
  access: DataAccess,
  agent: Agent,
  version: number,
  change: Partial<AgentContent>,
  restoredFrom?: number,
): Promise<Agent> {
  const saved = await deps.agents.update(access, agent.id, version, change, restoredFrom);
  if (!saved) {
    throw new PlatformError('conflict', 'The agent was changed meanwhile. Look at its newest version and try again.', {
      details: [{ path: 'version', message: `is ${version}, but the newest was ${agent.version} or later` }],
    });
  }
  await announceChange(deps, agent.workspaceId, 'agents');
  return saved;
}

async function check(
  { agents, credentials }: AgentDeps,
  access: DataAccess,
  workspaceId: WorkspaceId,
  agentId: AgentId | null,
  content: AgentContent,
): Promise<{ model: string }> {
  const edges = [...new Set([...content.handoffs, ...content.delegates])];
  const [colleagues, providers] = await Promise.all([
    agents.existing(access, workspaceId, edges),
    content.model === 'default' ? [] : credentials.providers(access, workspaceId),
  ]);
  const customServers = providers.filter(({ isCustomServer }) => isCustomServer).map(({ provider }) => provider);
  return checkAgent(content, { agentId, colleagues, customServers });
}

async function managedAgent(
  deps: AgentDeps,
  caller: Principal,
  agentId: AgentId,
): Promise<{ access: DataAccess; agent: Agent }> {
  const agent = await findAgent(deps, caller, agentId);
  const { access } = await enterWorkspace(deps, caller, agent.workspaceId, 'agents.manage');
  return { agent, access };
}

const withoutUndefined = (change: AgentChange): Partial<AgentContent> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
