import { checkAgent } from '../domain/agent-check.ts';
import type { Principal } from '../domain/principal.ts';
import { notFound, PlatformError } from '../errors.ts';
import type { DataAccess } from '../ports/identity.ts';
import type { Agent } from '../protocol/agent.ts';
import type { CatalogDraft, CatalogStatus, CatalogVersion, ManagedCatalogAgent } from '../protocol/catalog.ts';
import type { CatalogAgentId, WorkspaceId } from '../protocol/ids.ts';
import type { Deps, Team } from './deps.ts';
import { idOnce, type Once, type OnceDeps } from './once.ts';
import { announceChange } from './rights.ts';

export interface CatalogDeps extends Pick<Deps, 'minter' | 'publisher' | 'newId'>, OnceDeps {
  readonly catalog: Team['catalog'];
}

/** Errors: `not_found`, `forbidden`; `conflict` while the agent works in the workspace. */
export async function hireAgent(
  deps: CatalogDeps,
  caller: Principal,
  catalogAgentId: CatalogAgentId,
  { workspaceId, clientRequestId }: { workspaceId: WorkspaceId } & Once,
): Promise<Agent> {
  const access = await deps.minter.forUser(caller);
  const asked = { clientRequestId, workspaceId, catalogAgentId };
  const { id, isRepeat } = await idOnce(deps, caller, 'agt', asked);
  const hired = await deps.catalog.hire(access, workspaceId, catalogAgentId, id);
  switch (hired.outcome) {
    case 'not_found':
      throw notFound('catalog agent', catalogAgentId);
    case 'already_hired':
      if (isRepeat) return hired.agent;
      throw new PlatformError('conflict', 'This agent already works in the workspace.');
    case 'hired':
    case 'rehired':
      await announceChange(deps, workspaceId, 'agents');
      return hired.agent;
  }
}

/** With its first draft. Errors: `forbidden` for all but platform admins, `invalid_request`, `conflict` for a slug that is taken. */
export async function addCatalogAgent(
  deps: CatalogDeps,
  caller: Principal,
  asked: { slug: string; department: string; isHead: boolean; content: CatalogDraft } & Once,
): Promise<ManagedCatalogAgent> {
  const { slug, department, isHead, content } = asked;
  const { id, isRepeat } = await idOnce(deps, caller, 'cat', asked);
  const access = await deps.minter.forUser(caller);
  const made = isRepeat ? await deps.catalog.get(access, id) : null;
  if (made) return made;
  await deps.catalog.add(access, { id, slug, department, isHead }, checked(content));
  return managed(deps, access, id);
}

/** Errors: `not_found`, `forbidden`, `conflict` for a department that there is not. */
export async function moveCatalogAgent(
  deps: CatalogDeps,
  caller: Principal,
  catalogAgentId: CatalogAgentId,
  place: { department?: string | undefined; isHead?: boolean | undefined },
): Promise<ManagedCatalogAgent> {
  const access = await deps.minter.forUser(caller);
  await deps.catalog.move(access, catalogAgentId, place);
  return managed(deps, access, catalogAgentId);
}

/** Errors: `not_found`. */
export async function findCatalogAgent(
  deps: CatalogDeps,
  caller: Principal,
  catalogAgentId: CatalogAgentId,
): Promise<ManagedCatalogAgent> {
  return managed(deps, await deps.minter.forUser(caller), catalogAgentId);
}

/** Errors: `not_found`, `forbidden`, `invalid_request`. */
export async function saveDraft(
  deps: CatalogDeps,
  caller: Principal,
  catalogAgentId: CatalogAgentId,
  content: CatalogDraft,
): Promise<CatalogVersion> {
  const access = await deps.minter.forUser(caller);
  const version = await deps.catalog.saveDraft(access, catalogAgentId, checked(content));
  return versionOf(await managed(deps, access, catalogAgentId), version);
}

/** Publishes a draft or retires what is published. Errors: `not_found`, `forbidden`, `conflict` for a version in another state. */
export async function moveVersion(
  deps: CatalogDeps,
  caller: Principal,
  { catalogAgentId, version }: { catalogAgentId: CatalogAgentId; version: number },
  status: Exclude<CatalogStatus, 'draft'>,
): Promise<CatalogVersion> {
  const access = await deps.minter.forUser(caller);
  const outcome = await deps.catalog.setStatus(access, catalogAgentId, version, status);
  if (outcome === 'not_found') throw notFound('version', String(version));
  if (outcome === 'conflict') throw new PlatformError('conflict', `This version cannot become ${status}.`);
  return versionOf(await managed(deps, access, catalogAgentId), version);
}

const checked = (content: CatalogDraft): CatalogDraft => ({
  ...content,
  ...checkAgent(content, { agentId: null, colleagues: new Set() }),
});

async function managed({ catalog }: CatalogDeps, access: DataAccess, id: CatalogAgentId): Promise<ManagedCatalogAgent> {
  const agent = await catalog.get(access, id);
  if (!agent) throw notFound('catalog agent', id);
  return agent;
}

function versionOf({ versions }: ManagedCatalogAgent, version: number): CatalogVersion {
  const found = versions.find((each) => each.version === version);
  if (!found) throw notFound('version', String(version));
  return found;
}
