import type { DataAccess } from '#core/ports/identity.ts';
import type { ApiKeyId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Role, Workspace } from '#core/protocol/workspace.ts';

export interface MemoryTenant {
  workspace: Omit<Workspace, 'role'>;
  readonly roles: Map<UserId, Role>;
}

/** What the memory store and the memory directory both know of. */
export interface MemoryTenants {
  readonly platformAdmins: Set<UserId>;
  readonly names: Map<UserId, string | null>;
  readonly workspaces: Map<WorkspaceId, MemoryTenant>;
  readonly revokedKeys: Set<ApiKeyId>;
}

/** A caller in a workspace, with the role that reaches there. */
export interface Standing {
  readonly userId: UserId;
  readonly apiKeyId: ApiKeyId | null;
  readonly isPerson: boolean;
  readonly role: Role;
  readonly tenant: MemoryTenant;
}

/** What the parts of the directory share. */
export interface MemoryRights {
  readonly tenants: MemoryTenants;
  stand(access: DataAccess, workspaceId: WorkspaceId): Standing | null;
  isAnonymous(userId: UserId): boolean;
  emailOf(userId: UserId): string | null;
  audit(actorId: UserId, workspaceId: WorkspaceId, action: string, subject: string, details?: object): void;
}
