import type { Principal } from '../domain/principal.ts';
import { addressProblem } from '../domain/server-address.ts';
import { notFound, PlatformError } from '../errors.ts';
import { timestamp } from '../ports/clock.ts';
import { type OwnProjectStore, type ProjectOutcome, secretOf } from '../ports/own-project-store.ts';
import type { Vault } from '../ports/vault.ts';
import type { WorkspaceId } from '../protocol/ids.ts';
import type { NewOwnProject, OwnProject } from '../protocol/own-project.ts';
import type { Deps } from './deps.ts';
import { announceChange, enterWorkspace, type RightsDeps } from './rights.ts';

export interface OwnProjectDeps extends RightsDeps, Pick<Deps, 'newId' | 'now' | 'publisher'> {
  readonly ownProjects: OwnProjectStore;
  readonly vault: Pick<Vault, 'seal' | 'open'>;
  /** Whether the servers that workspaces name may stand in the platform's own network: on one machine only. */
  readonly allowPrivateServers: boolean;
}

/** The project of a workspace, and how it is at the moment; null when it has none. Errors: `not_found`, `forbidden`. */
export async function readOwnProject(
  deps: OwnProjectDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
): Promise<OwnProject | null> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'project.read');
  const found = await deps.ownProjects.find(access, workspaceId);
  return found && { ...found, state: await deps.ownProjects.check(access, workspaceId) };
}

/**
 * Keeps a project, once it has answered as this workspace's with all migrations. New threads and memories go there from now on.
 * Errors: `not_found`, `forbidden`, `invalid_request` for an address that is not called, `conflict` when it would replace another one
 * that holds threads, `project_unavailable`, `project_unusable`.
 */
export async function putOwnProject(
  deps: OwnProjectDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
  { isCopy, ...asked }: NewOwnProject,
): Promise<OwnProject> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'project.manage');
  const keys = { ...asked, url: asked.url.replace(/\/+$/, '') };
  const problem = addressProblem(keys.url, deps.allowPrivateServers);
  if (problem) throw invalid(problem);
  await deps.ownProjects.probe(access, workspaceId, keys);
  const project = {
    id: deps.newId('crd'),
    workspaceId,
    url: keys.url,
    lastFour: keys.jwtSecret.slice(-4),
    validatedAt: timestamp(deps.now()),
    isCopy,
  };
  const context = {
    workspaceId,
    credentialId: project.id,
    provider: 'supabase_project',
    userId: null,
    baseUrl: keys.url,
  } as const;
  const outcome = await deps.ownProjects.put(access, project, await deps.vault.seal(secretOf(keys), context));
  assertDone(
    outcome,
    workspaceId,
    'Threads lie in the project that is set. Copy its database to the new one first and say that it is a copy (isCopy).',
  );
  await announceChange(deps, workspaceId, 'workspace');
  const kept = await deps.ownProjects.find(access, workspaceId);
  if (!kept) throw notFound('project', workspaceId);
  return { ...kept, state: { status: 'ready' } };
}

/**
 * Takes the project off the workspace: what is new is kept by the platform again.
 * Errors: `not_found`, `forbidden`, `conflict` when threads lie there and are not to be abandoned.
 */
export async function removeOwnProject(
  deps: OwnProjectDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
  abandon: boolean,
): Promise<void> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'project.manage');
  const outcome = await deps.ownProjects.remove(access, workspaceId, abandon);
  assertDone(
    outcome,
    workspaceId,
    'Threads lie in this project. Delete them first, or abandon them: they go here, and what they hold stays in the project.',
  );
  await announceChange(deps, workspaceId, 'workspace');
}

function assertDone(outcome: ProjectOutcome, workspaceId: WorkspaceId, inUse: string): void {
  switch (outcome) {
    case 'ok':
      return;
    case 'not_found':
      throw notFound('project', workspaceId);
    case 'forbidden':
      throw new PlatformError('forbidden', 'You may not do this.');
    case 'in_use':
      throw new PlatformError('conflict', inUse);
  }
}

const invalid = (message: string) =>
  new PlatformError('invalid_request', message, { details: [{ path: 'url', message }] });
