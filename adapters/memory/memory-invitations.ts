import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { Directory } from '#core/ports/directory.ts';
import type { ApiKeyId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Invitation } from '#core/protocol/workspace.ts';
import { readMemoryAccess } from './memory-access.ts';
import { newestPage } from './memory-cursor.ts';
import type { MemoryRights } from './memory-rights.ts';

interface Row {
  readonly workspaceId: WorkspaceId;
  readonly token: string;
  readonly apiKeyId: ApiKeyId | null;
  invitation: Invitation;
}

type Invitations = Pick<
  Directory,
  'invitations' | 'invite' | 'revokeInvitation' | 'invitationOf' | 'receivedInvitations' | 'acceptInvitation'
>;

/** The directory's part that is about invitations. */
export function createMemoryInvitations(rights: MemoryRights, { now }: { now: Clock }): Invitations {
  const rows: Row[] = [];

  const asNow = ({ invitation, apiKeyId }: Row): Invitation => {
    if (invitation.status !== 'open') return invitation;
    if (apiKeyId && rights.tenants.revokedKeys.has(apiKeyId)) return { ...invitation, status: 'revoked' };
    return Date.parse(invitation.expiresAt) <= now() ? { ...invitation, status: 'expired' } : invitation;
  };
  const isOpen = (row: Row) => asNow(row).status === 'open';
  const nameOf = ({ workspaceId }: Row) => rights.tenants.workspaces.get(workspaceId)?.workspace.name ?? '';

  return {
    async invitations(access, page) {
      const standing = rights.stand(access, page.workspaceId);
      const seen = standing && standing.role !== 'member' ? rows : [];
      return newestPage(seen.filter(({ workspaceId }) => workspaceId === page.workspaceId).map(asNow), page);
    },

    async invite(access, { id, workspaceId, email, role, token, expiresAtMs, mail = false }) {
      const standing = rights.stand(access, workspaceId);
      if (!standing) return { outcome: 'not_found' };
      if (standing.role === 'member' || (!standing.isPerson && role !== 'member')) return { outcome: 'forbidden' };
      if (rows.some((row) => row.invitation.id === id)) return { outcome: 'already_created' };
      if (rights.isAnonymous(standing.userId)) return { outcome: 'anonymous' };
      if (standing.tenant.workspace.kind === 'personal') return { outcome: 'personal' };
      const isMember = [...standing.tenant.roles.keys()].some((id) => email !== null && rights.emailOf(id) === email);
      if (isMember) return { outcome: 'already_member' };
      for (const row of rows) {
        const isSame = email !== null && row.workspaceId === workspaceId && row.invitation.email === email;
        if (isSame && row.invitation.status === 'open') row.invitation = { ...row.invitation, status: 'revoked' };
      }
      const invitation: Invitation = {
        id,
        email,
        role,
        status: 'open',
        invitedBy: standing.userId,
        createdAt: timestamp(now()),
        expiresAt: timestamp(expiresAtMs),
        acceptedBy: null,
        mail: mail && email !== null ? 'queued' : null,
      };
      rows.push({ workspaceId, token, invitation, apiKeyId: standing.apiKeyId });
      rights.audit(standing.userId, workspaceId, 'invitation.created', invitation.id, { role });
      return { outcome: 'ok', invitation };
    },

    async revokeInvitation(access, workspaceId, invitationId) {
      const standing = rights.stand(access, workspaceId);
      if (!standing) return 'not_found';
      if (standing.role === 'member') return 'forbidden';
      const row = rows.find((each) => each.workspaceId === workspaceId && each.invitation.id === invitationId);
      if (!row) return 'not_found';
      if (row.invitation.status === 'accepted') return 'spent';
      if (row.invitation.status === 'open')
        rights.audit(standing.userId, workspaceId, 'invitation.revoked', invitationId);
      row.invitation = { ...row.invitation, status: 'revoked' };
      return 'ok';
    },

    async invitationOf(_access, token) {
      const row = rows.find((each) => each.token === token);
      if (!row || !isOpen(row)) return null;
      const { role, email, expiresAt } = row.invitation;
      return { workspaceName: nameOf(row), role, email, expiresAt };
    },

    async receivedInvitations(access) {
      const email = rights.emailOf(readMemoryAccess(access).userId);
      const mine = rows.filter((row) => email !== null && row.invitation.email === email && isOpen(row));
      return mine.reverse().map((row) => {
        const { id, role, expiresAt } = row.invitation;
        return { id, workspaceName: nameOf(row), role, expiresAt };
      });
    },

    async acceptInvitation(access, given) {
      const { userId, service, threadId } = readMemoryAccess(access);
      if (service || threadId) return { outcome: 'forbidden' };
      const email = rights.emailOf(userId);
      const row = rows.find((each) =>
        given.token !== undefined
          ? each.token === given.token
          : each.invitation.id === given.invitationId && email !== null && each.invitation.email === email,
      );
      const tenant = row && rights.tenants.workspaces.get(row.workspaceId);
      if (!row || !tenant) return { outcome: 'not_found' };
      if (tenant.roles.has(userId)) return { outcome: 'already_member' };
      if (!isOpen(row)) return { outcome: 'spent' };
      const { invitation, workspaceId } = row;
      if (rights.isAnonymous(userId) && (invitation.email !== null || invitation.role !== 'member'))
        return { outcome: 'anonymous' };
      if (invitation.email !== null && invitation.email !== email) return { outcome: 'forbidden' };
      row.invitation = { ...invitation, status: 'accepted', acceptedBy: userId };
      tenant.roles.set(userId, invitation.role);
      rights.audit(userId, workspaceId, 'invitation.accepted', invitation.id, { role: invitation.role });
      rights.audit(userId, workspaceId, 'member.added', userId, { role: invitation.role });
      return { outcome: 'ok', workspaceId };
    },
  };
}
