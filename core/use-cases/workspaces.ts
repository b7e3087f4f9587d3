import { assertMay } from '../domain/access.ts';
import type { PersonPrincipal, Principal } from '../domain/principal.ts';
import { notFound, PlatformError } from '../errors.ts';
import type { ConnectionStore } from '../ports/connection-store.ts';
import type { PageOf } from '../ports/directory.ts';
import type { DataAccess } from '../ports/identity.ts';
import type { SocketGateway } from '../ports/socket-gateway.ts';
import type { UserId, WorkspaceId } from '../protocol/ids.ts';
import type { AuditEntry, ExportedRow, Member, Role, Workspace } from '../protocol/workspace.ts';
import type { Deps } from './deps.ts';
import { endConnections } from './end-connections.ts';
import { endRunsOf } from './live-runs.ts';
import { announceChange, assertOk, enterWorkspace, type RightsDeps, refusal } from './rights.ts';
import type { SettleDeps } from './settle-run.ts';

interface WorkspaceDeps extends RightsDeps, Pick<Deps, 'publisher' | 'newId'> {
  readonly connections: ConnectionStore;
  readonly sockets: SocketGateway;
}

interface ListRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Errors: `forbidden` for people without an address, `conflict`, `idempotency_mismatch`. */
export async function createWorkspace(
  { directory, minter }: RightsDeps,
  caller: PersonPrincipal,
  asked: { name: string; kind: 'company' | 'client'; clientRequestId?: string | undefined },
): Promise<Workspace> {
  const access = await minter.forUser(caller);
  const answer = await directory.createWorkspace(access, asked);
  if (answer.outcome !== 'ok') throw refusal(answer.outcome);
  return mustSee(directory, access, answer.workspaceId, caller.userId);
}

/** Errors: `not_found`. */
export const readWorkspace = async (deps: RightsDeps, caller: Principal, id: WorkspaceId): Promise<Workspace> =>
  (await enterWorkspace(deps, caller, id, 'workspace.read')).workspace;

/** Errors: `not_found`, `forbidden`. */
export async function renameWorkspace(
  deps: WorkspaceDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
  name: string,
): Promise<Workspace> {
  const { access, workspace } = await enterWorkspace(deps, caller, workspaceId, 'workspace.rename');
  if (!(await deps.directory.renameWorkspace(access, workspaceId, name))) throw notFound('workspace', workspaceId);
  await announceChange(deps, workspaceId, 'workspace');
  return { ...workspace, name };
}

/** Errors: `not_found`, `forbidden`, `invalid_request` for a cursor that is none. */
export async function exportWorkspace(
  deps: RightsDeps,
  caller: PersonPrincipal,
  workspaceId: WorkspaceId,
  cursor?: string,
): Promise<PageOf<ExportedRow>> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'workspace.export');
  const page = await deps.directory.exportPage(access, workspaceId, cursor);
  if (!page) throw notFound('workspace', workspaceId);
  return page;
}

/**
 * Deletes a workspace with everything in it. Runs that are under way end by themselves: their thread is gone.
 * Errors: `not_found`, `forbidden`, `conflict`, `invalid_request` for another name; `project_unavailable` and `project_unusable`
 * when its own project could not be opened, or, as the message says, not be emptied after the workspace was deleted.
 */
export async function deleteWorkspace(
  deps: WorkspaceDeps,
  caller: PersonPrincipal,
  workspaceId: WorkspaceId,
  confirmation: { name: string; withoutExport: boolean },
): Promise<void> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'workspace.delete');
  const memberIds = await everyMember(deps, access, workspaceId);
  const outcome = await deps.directory.deleteWorkspace(access, workspaceId, confirmation);
  if (!(outcome instanceof PlatformError)) assertOk(outcome);
  for (const userId of memberIds) await endConnections(deps, userId);
  if (outcome instanceof PlatformError) throw outcome;
}

/** Errors: `not_found`, `invalid_request` for a cursor that is none. */
export async function listMembers(
  deps: RightsDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
  page: ListRequest,
): Promise<PageOf<Member>> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'members.read');
  return deps.directory.members(access, { workspaceId, ...page });
}

/** Errors: `not_found`, `forbidden`, `conflict` for the last owner. */
export async function changeRole(
  deps: WorkspaceDeps,
  caller: Principal,
  { workspaceId, userId }: { workspaceId: WorkspaceId; userId: UserId },
  role: Role,
): Promise<void> {
  const { access, workspace } = await enterWorkspace(deps, caller, workspaceId, 'members.change');
  if (role !== 'member') assertMay('admins.make', workspace.role, caller);
  assertOk(await deps.directory.changeRole(access, workspaceId, userId, role));
  await afterChange(deps, workspaceId, userId);
}

/** Removes somebody, or leaves; their runs there end. Errors: `not_found`, `forbidden`, `conflict` for the last owner. */
export async function removeMember(
  deps: WorkspaceDeps & SettleDeps,
  caller: Principal,
  { workspaceId, userId }: { workspaceId: WorkspaceId; userId: UserId },
): Promise<void> {
  const action = userId === caller.userId ? 'workspace.leave' : 'members.remove';
  const { access } = await enterWorkspace(deps, caller, workspaceId, action);
  const outcome = await deps.directory.removeMember(access, workspaceId, userId);
  // Whoever is not there may have been removed by a request that was then cut off.
  if (outcome !== 'not_found') assertOk(outcome);
  await endConnections(deps, userId);
  await endRunsOf(deps, workspaceId, userId);
  assertOk(outcome);
  await announceChange(deps, workspaceId, 'members');
}

/** Errors: `not_found`, `forbidden`, `conflict` for a personal workspace. */
export async function transferOwnership(
  deps: WorkspaceDeps,
  caller: PersonPrincipal,
  workspaceId: WorkspaceId,
  userId: UserId,
): Promise<Workspace> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'ownership.transfer');
  assertOk(await deps.directory.transferOwnership(access, workspaceId, userId));
  await afterChange(deps, workspaceId, userId);
  return mustSee(deps.directory, access, workspaceId, caller.userId);
}

/** Errors: `not_found`, `forbidden`, `invalid_request` for a cursor that is none. */
export async function readAuditLog(
  deps: RightsDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
  page: ListRequest,
): Promise<PageOf<AuditEntry>> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'audit.read');
  return deps.directory.auditLog(access, { workspaceId, ...page });
}

/** Whoever's rights have changed hears nothing more by what they were. First, because it matters most. */
async function afterChange(deps: WorkspaceDeps, workspaceId: WorkspaceId, userId: UserId): Promise<void> {
  await endConnections(deps, userId);
  await announceChange(deps, workspaceId, 'members');
}

async function mustSee(
  directory: RightsDeps['directory'],
  access: DataAccess,
  workspaceId: WorkspaceId,
  userId: UserId,
): Promise<Workspace> {
  const workspace = await directory.workspace(access, workspaceId, userId);
  if (!workspace) throw notFound('workspace', workspaceId);
  return workspace;
}

async function everyMember({ directory }: RightsDeps, access: DataAccess, workspaceId: WorkspaceId): Promise<UserId[]> {
  const found: UserId[] = [];
  let cursor: string | undefined;
  do {
    const page = await directory.members(access, { workspaceId, cursor, limit: 100 });
    found.push(...page.data.map(({ userId }) => userId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}
