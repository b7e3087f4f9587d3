import { decideAccess, effectiveRole } from '#core/domain/access.ts';
import type { NewId } from '#core/domain/ids.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { Directory } from '#core/ports/directory.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Me } from '#core/protocol/person.ts';
import type { AuditEntry, Member } from '#core/protocol/workspace.ts';
import { readMemoryAccess } from './memory-access.ts';
import { decodeCursor, encodeCursor, newestPage } from './memory-cursor.ts';
import { createMemoryInvitations } from './memory-invitations.ts';
import type { MemoryRights, MemoryTenant, MemoryTenants, Standing } from './memory-rights.ts';

export interface MemoryDirectory extends Directory {
  /** Gives an account an address, or makes it anonymous; unknown ones have a name and no address. */
  setAccount(userId: UserId, account: { email: string | null; isAnonymous?: boolean }): void;
}

const hourMs = 60 * 60 * 1000;

/** The rules of supabase/migrations, in memory. Takes the tokens of memory-access.ts. */
export function createMemoryDirectory({
  tenants,
  now,
  newId,
}: {
  tenants: MemoryTenants;
  now: Clock;
  newId: NewId;
}): MemoryDirectory {
  const { workspaces, names } = tenants;
  const accounts = new Map<UserId, { email: string | null; isAnonymous: boolean }>();
  const details = new Map<UserId, Pick<Me, 'avatarUrl' | 'settings'>>();
  const entries: (AuditEntry & { workspaceId: WorkspaceId })[] = [];
  const exportsDone = new Map<string, number>();
  const requests = new Map<string, WorkspaceId>();

  const isAnonymous = (userId: UserId) => accounts.get(userId)?.isAnonymous ?? false;
  const emailOf = (userId: UserId) => accounts.get(userId)?.email ?? null;

  function stand(access: DataAccess, workspaceId: WorkspaceId): Standing | null {
    const { userId, threadId, service } = readMemoryAccess(access);
    const tenant = workspaces.get(workspaceId);
    const role = tenant?.roles.get(userId);
    if (!tenant || !role || threadId || (service && service.workspaceId !== workspaceId)) return null;
    return {
      userId,
      tenant,
      apiKeyId: service?.apiKeyId ?? null,
      isPerson: !service,
      role: service ? effectiveRole(role, service) : role,
    };
  }

  const rights: MemoryRights = {
    tenants,
    stand,
    isAnonymous,
    emailOf,
    audit: (actorId, workspaceId, action, subject, more = {}) =>
      void entries.push({
        id: newId('aud'),
        at: timestamp(now()),
        actorId,
        apiKeyId: null,
        action,
        subject,
        details: { ...more },
        workspaceId,
      }),
  };

  const owners = ({ roles }: MemoryTenant) => [...roles.values()].filter((role) => role === 'owner').length;
  const may = (standing: Standing, action: Parameters<typeof decideAccess>[0]) =>
    decideAccess(action, standing.role, { kind: standing.isPerson ? 'person' : 'service', isAnonymous: false }) ===
    'allowed';

  function meOf(userId: UserId): Me | null {
    if (!names.has(userId)) return null;
    const settings = { theme: 'system' as const, timezone: null, notifications: {} };
    const email = emailOf(userId);
    return {
      id: userId,
      isAnonymous: isAnonymous(userId),
      isPlatformAdmin: tenants.platformAdmins.has(userId),
      name: names.get(userId) ?? null,
      email,
      avatarUrl: null,
      settings,
      identities: email ? [{ provider: 'email', email }] : [],
      ...details.get(userId),
    };
  }

  return {
    setAccount: (userId, { email, isAnonymous: anonymous = false }) =>
      void accounts.set(userId, { email, isAnonymous: anonymous }),
    ...createMemoryInvitations(rights, { now }),

    me: async (access) => meOf(readMemoryAccess(access).userId),

    async changeMe(access, change) {
      const me = meOf(readMemoryAccess(access).userId);
      if (!me) return null;
      if (change.name !== undefined) names.set(me.id, change.name);
      const { theme = me.settings.theme, timezone = me.settings.timezone, notifications = {} } = change.settings ?? {};
      details.set(me.id, {
        avatarUrl: change.avatarUrl === undefined ? me.avatarUrl : change.avatarUrl,
        settings: { theme, timezone, notifications: { ...me.settings.notifications, ...notifications } },
      });
      return meOf(me.id);
    },

    async workspace(access, workspaceId, userId) {
      const standing = stand(access, workspaceId);
      const role = standing?.tenant.roles.get(userId);
      return standing && role ? { ...standing.tenant.workspace, role } : null;
    },

    async createWorkspace(access, { name, kind, clientRequestId }) {
      const { userId, service, threadId } = readMemoryAccess(access);
      if (service || threadId) return { outcome: 'forbidden' };
      if (isAnonymous(userId)) return { outcome: 'anonymous' };
      const earlier = workspaces.get(requests.get(`${userId}:${clientRequestId}`) ?? newId('wsp'))?.workspace;
      if (earlier && (earlier.name !== name || earlier.kind !== kind)) return { outcome: 'mismatch' };
      if (earlier) return { outcome: 'ok', workspaceId: earlier.id };
      const id = newId('wsp');
      workspaces.set(id, {
        workspace: { id, name, kind, createdAt: timestamp(now()) },
        roles: new Map([[userId, 'owner']]),
      });
      if (clientRequestId !== undefined) requests.set(`${userId}:${clientRequestId}`, id);
      rights.audit(userId, id, 'member.added', userId, { role: 'owner' });
      return { outcome: 'ok', workspaceId: id };
    },

    async renameWorkspace(access, workspaceId, name) {
      const standing = stand(access, workspaceId);
      if (!standing || !may(standing, 'workspace.rename')) return false;
      const { tenant, userId } = standing;
      rights.audit(userId, workspaceId, 'workspace.renamed', workspaceId, { from: tenant.workspace.name, to: name });
      tenant.workspace = { ...tenant.workspace, name };
      return true;
    },

    async exportPage(access, workspaceId, cursor) {
      const standing = stand(access, workspaceId);
      if (!standing || !may(standing, 'workspace.export')) return null;
      if (cursor !== undefined) decodeCursor(cursor);
      exportsDone.set(`${workspaceId}:${standing.userId}`, now());
      rights.audit(standing.userId, workspaceId, 'workspace.exported', workspaceId);
      const { id, name, kind } = standing.tenant.workspace;
      const members = [...standing.tenant.roles].map(([user_id, role]) => ({
        table: 'members',
        row: { user_id, role },
      }));
      return { data: [{ table: 'workspaces', row: { id, name, kind } }, ...members], nextCursor: null };
    },

    async deleteWorkspace(access, workspaceId, { name, withoutExport }) {
      const standing = stand(access, workspaceId);
      if (!standing) return 'not_found';
      if (!may(standing, 'workspace.delete')) return 'forbidden';
      if (standing.tenant.workspace.kind === 'personal') return 'personal';
      if (standing.tenant.workspace.name !== name) return 'name_mismatch';
      const exportedAt = exportsDone.get(`${workspaceId}:${standing.userId}`) ?? Number.NEGATIVE_INFINITY;
      if (!withoutExport && now() - exportedAt >= hourMs) return 'export_first';
      workspaces.delete(workspaceId);
      return 'ok';
    },

    async members(access, { workspaceId, cursor, limit }) {
      const standing = stand(access, workspaceId);
      const end = cursor === undefined ? undefined : decodeCursor(cursor)[1];
      if (!standing) return { data: [], nextCursor: null };
      const all = [...standing.tenant.roles].sort(([a], [b]) => (a < b ? -1 : 1));
      const found = all.filter(([userId]) => end === undefined || userId > end);
      const data = found.slice(0, limit).map(([userId, role]): Member => {
        const me = meOf(userId);
        return {
          userId,
          name: me?.name ?? null,
          avatarUrl: me?.avatarUrl ?? null,
          email: standing.role === 'member' ? null : emailOf(userId),
          isAnonymous: isAnonymous(userId),
          role,
          joinedAt: standing.tenant.workspace.createdAt,
        };
      });
      const last = data.at(-1);
      return { data, nextCursor: last && found.length > limit ? encodeCursor([last.joinedAt, last.userId]) : null };
    },

    async changeRole(access, workspaceId, userId, role) {
      const standing = stand(access, workspaceId);
      const theirs = standing?.tenant.roles.get(userId);
      if (!standing || !theirs) return 'not_found';
      const touchesOwner = theirs === 'owner' || role === 'owner';
      if (standing.role === 'member' || (standing.role === 'admin' && touchesOwner)) return 'forbidden';
      if (role !== 'member' && !standing.isPerson) return 'forbidden';
      if (role !== 'member' && isAnonymous(userId)) return 'anonymous';
      if (theirs === 'owner' && role !== 'owner' && owners(standing.tenant) === 1) return 'last_owner';
      standing.tenant.roles.set(userId, role);
      if (role !== theirs)
        rights.audit(standing.userId, workspaceId, 'member.role_changed', userId, { from: theirs, to: role });
      return 'ok';
    },

    async removeMember(access, workspaceId, userId) {
      const standing = stand(access, workspaceId);
      const theirs = standing?.tenant.roles.get(userId);
      if (!standing || !theirs) return 'not_found';
      const isSelf = standing.userId === userId;
      if (isSelf && !standing.isPerson) return 'forbidden';
      const isAbove = standing.role === 'owner' || (standing.role === 'admin' && theirs !== 'owner');
      if (!isSelf && !isAbove) return 'forbidden';
      if (theirs === 'owner' && owners(standing.tenant) === 1) return 'last_owner';
      standing.tenant.roles.delete(userId);
      rights.audit(standing.userId, workspaceId, 'member.removed', userId, { role: theirs });
      return 'ok';
    },

    async transferOwnership(access, workspaceId, userId) {
      const standing = stand(access, workspaceId);
      if (!standing?.tenant.roles.has(userId)) return 'not_found';
      if (!may(standing, 'ownership.transfer')) return 'forbidden';
      if (standing.tenant.workspace.kind === 'personal') return 'personal';
      if (isAnonymous(userId)) return 'anonymous';
      if (userId === standing.userId) return 'ok';
      standing.tenant.roles.set(userId, 'owner').set(standing.userId, 'admin');
      return 'ok';
    },

    async auditLog(access, page) {
      const standing = stand(access, page.workspaceId);
      const rows = entries.filter(({ workspaceId }) => workspaceId === page.workspaceId);
      const seen = standing && may(standing, 'audit.read') ? rows : [];
      return newestPage(
        seen.map(({ workspaceId: _, ...entry }) => entry),
        page,
      );
    },
  };
}
