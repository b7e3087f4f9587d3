import { assertMay } from '../domain/access.ts';
import { pageAfter } from '../domain/paging.ts';
import type { PersonPrincipal, Principal } from '../domain/principal.ts';
import { PlatformError } from '../errors.ts';
import type { PageOf } from '../ports/directory.ts';
import type { InvitationAcceptance } from '../protocol/identity-routes.ts';
import type { InvitationId, WorkspaceId } from '../protocol/ids.ts';
import type {
  Invitation,
  InvitationMailState,
  InvitationPreview,
  InvitedRole,
  ReceivedInvitation,
  Workspace,
} from '../protocol/workspace.ts';
import type { Deps } from './deps.ts';
import { alreadyCreated, idOnce, type Once, type OnceDeps } from './once.ts';
import { announceChange, assertOk, enterWorkspace, type RightsDeps, refusal } from './rights.ts';
import { readWorkspace } from './workspaces.ts';

interface InvitationDeps extends RightsDeps, Pick<Deps, 'publisher' | 'newId' | 'now'>, OnceDeps {
  /** 24 random bytes as text. */
  readonly newTicket: () => string;
  /** Whether this deployment tells people of their invitations by mail. */
  readonly sendsMail: boolean;
}

const dayMs = 24 * 60 * 60 * 1000;

/** Errors: `not_found`, `forbidden`, `invalid_request` for a cursor that is none. */
export async function listInvitations(
  deps: RightsDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
  page: { cursor?: string | undefined; limit: number },
): Promise<PageOf<Invitation>> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'invitations.read');
  return deps.directory.invitations(access, { workspaceId, ...page });
}

/**
 * The token is known to nobody but who gets this answer. An API key, which may be in many hands, makes nobody an admin.
 * Errors: `not_found`, `forbidden`, `conflict`, `idempotency_mismatch`, `already_created`.
 */
export async function invite(
  deps: InvitationDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
  asked: { email?: string | undefined; role: InvitedRole; expiresInDays: number } & Once,
): Promise<{ invitation: Invitation; token: string; mail: InvitationMailState }> {
  const { access, workspace } = await enterWorkspace(deps, caller, workspaceId, 'invitations.manage');
  if (asked.role === 'admin') assertMay('admins.make', workspace.role, caller);
  const { id } = await idOnce(deps, caller, 'inv', { ...asked, workspaceId });
  const token = deps.newTicket();
  const answer = await deps.directory.invite(access, {
    id,
    workspaceId,
    email: asked.email ?? null,
    role: asked.role,
    token,
    expiresAtMs: deps.now() + asked.expiresInDays * dayMs,
    mail: deps.sendsMail,
  });
  if (answer.outcome === 'already_created') throw alreadyCreated('invitation', id);
  if (answer.outcome !== 'ok') throw refusal(answer.outcome);
  await announceChange(deps, workspaceId, 'invitations');
  return { invitation: answer.invitation, token, mail: mailStateOf(answer.invitation, deps.sendsMail) };
}

function mailStateOf({ email, mail }: Invitation, sendsMail: boolean): InvitationMailState {
  if (email === null) return 'no_address';
  if (!sendsMail) return 'not_configured';
  return mail === null ? 'too_many' : 'queued';
}

/** Errors: `not_found`, `forbidden`, `conflict` for one that was accepted. */
export async function revokeInvitation(
  deps: InvitationDeps,
  caller: Principal,
  { workspaceId, invitationId }: { workspaceId: WorkspaceId; invitationId: InvitationId },
): Promise<void> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'invitations.manage');
  assertOk(await deps.directory.revokeInvitation(access, workspaceId, invitationId));
  await announceChange(deps, workspaceId, 'invitations');
}

/** What somebody with a link is invited to. Errors: `not_found`. */
export async function lookUpInvitation(
  { directory, minter }: RightsDeps,
  caller: PersonPrincipal,
  token: string,
): Promise<InvitationPreview> {
  const preview = await directory.invitationOf(await minter.forUser(caller), token);
  if (!preview) throw new PlatformError('not_found', 'There is no such invitation, or it is spent.');
  return preview;
}

export const receivedInvitations = async (
  { directory, minter }: RightsDeps,
  caller: PersonPrincipal,
  page: { cursor?: string | undefined; limit: number },
): Promise<PageOf<ReceivedInvitation>> =>
  pageAfter(await directory.receivedInvitations(await minter.forUser(caller)), ({ id }) => id, page);

/** The workspace that the caller now belongs to. Errors: `not_found`, `forbidden`, `conflict` when it is spent. */
export async function acceptInvitation(
  deps: InvitationDeps,
  caller: PersonPrincipal,
  acceptance: InvitationAcceptance,
): Promise<Workspace> {
  const answer = await deps.directory.acceptInvitation(await deps.minter.forUser(caller), acceptance);
  if (answer.outcome !== 'ok') throw refusal(answer.outcome);
  await announceChange(deps, answer.workspaceId, 'members');
  return readWorkspace(deps, caller, answer.workspaceId);
}
