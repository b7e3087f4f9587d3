import type { PlatformError } from '../errors.ts';
import type { InvitationId, UserId, WorkspaceId } from '../protocol/ids.ts';
import type { Me, MeChange } from '../protocol/person.ts';
import type {
  AuditEntry,
  ExportedRow,
  Invitation,
  InvitationPreview,
  InvitedRole,
  Member,
  ReceivedInvitation,
  Role,
  Workspace,
} from '../protocol/workspace.ts';
import type { DataAccess } from './identity.ts';

/** What came of a change of rights. Only `ok` has changed anything. */
export type RightsOutcome =
  | 'ok'
  /** There is none that the caller may know of. */
  | 'not_found'
  | 'forbidden'
  /** Somebody concerned has no address or provider yet by which they could be found again. */
  | 'anonymous'
  /** A workspace has at least one owner at any time. */
  | 'last_owner'
  /** A personal workspace is one person's for good. */
  | 'personal'
  | 'already_member'
  /** The invitation was used or revoked, or is too old. */
  | 'spent'
  /** There are as many as there may be. */
  | 'limit'
  /** What was typed is not the workspace's name. */
  | 'name_mismatch'
  /** The caller has not taken everything out within the last hour. */
  | 'export_first'
  /** There is one of this id: the request has come before. */
  | 'already_created'
  /** The same clientRequestId came before with another content. */
  | 'mismatch';

export type RightsAnswer<Value> =
  | ({ readonly outcome: 'ok' } & Value)
  | { readonly outcome: Exclude<RightsOutcome, 'ok'> };

export interface PageOf<Element> {
  readonly data: Element[];
  readonly nextCursor: string | null;
}

/** Which page of a workspace's list. Errors: `invalid_request` for a cursor that the list did not give out. */
export interface PageRequest {
  readonly workspaceId: WorkspaceId;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/**
 * People, the workspaces they belong to, and as what. Every call acts as a user: what they may not see is null, missing or
 * `not_found`. Each change is one transaction that decides by the rules of core/domain/access.ts again, locks the workspace
 * against every other change of rights, and writes the audit log. Errors: `unavailable`, `token_expired`, `unauthenticated`.
 */
export interface Directory {
  /** Null when the account has been deleted. */
  me(access: DataAccess): Promise<Me | null>;
  changeMe(access: DataAccess, change: MeChange): Promise<Me | null>;

  /** With the user's own role. */
  workspace(access: DataAccess, workspaceId: WorkspaceId, userId: UserId): Promise<Workspace | null>;
  /** The same clientRequestId again answers with the workspace that it made. */
  createWorkspace(
    access: DataAccess,
    workspace: { name: string; kind: 'company' | 'client'; clientRequestId?: string | undefined },
  ): Promise<RightsAnswer<{ workspaceId: WorkspaceId }>>;
  /** False when there is none that the caller may rename. */
  renameWorkspace(access: DataAccess, workspaceId: WorkspaceId, name: string): Promise<boolean>;
  /** Every row that the caller may see, table by table; null for whoever is no owner. The last page is noted for `deleteWorkspace`. */
  exportPage(access: DataAccess, workspaceId: WorkspaceId, cursor?: string): Promise<PageOf<ExportedRow> | null>;
  /** An error is answered when the workspace is deleted, and what lies in its own project is not. */
  deleteWorkspace(
    access: DataAccess,
    workspaceId: WorkspaceId,
    confirmation: { name: string; withoutExport: boolean },
  ): Promise<RightsOutcome | PlatformError>;

  /** Oldest first. Addresses only for owners and admins. */
  members(access: DataAccess, page: PageRequest): Promise<PageOf<Member>>;
  changeRole(access: DataAccess, workspaceId: WorkspaceId, userId: UserId, role: Role): Promise<RightsOutcome>;
  /** Somebody else, or oneself. */
  removeMember(access: DataAccess, workspaceId: WorkspaceId, userId: UserId): Promise<RightsOutcome>;
  /** The other becomes an owner and the caller an admin. */
  transferOwnership(access: DataAccess, workspaceId: WorkspaceId, userId: UserId): Promise<RightsOutcome>;

  /** Newest first. */
  invitations(access: DataAccess, page: PageRequest): Promise<PageOf<Invitation>>;
  /** Keeps only a hash of `token`. One that is open for the same address is revoked. The same id again is `already_created`. An API key invites no admins. */
  invite(
    access: DataAccess,
    invitation: {
      id: InvitationId;
      workspaceId: WorkspaceId;
      email: string | null;
      role: InvitedRole;
      token: string;
      expiresAtMs: number;
      /** Notes that its address is to be told of it. */
      mail?: boolean | undefined;
    },
  ): Promise<RightsAnswer<{ invitation: Invitation }>>;
  revokeInvitation(access: DataAccess, workspaceId: WorkspaceId, invitationId: InvitationId): Promise<RightsOutcome>;
  /** Null when it is spent or unknown. */
  invitationOf(access: DataAccess, token: string): Promise<InvitationPreview | null>;
  /** Those to the caller's confirmed address that are open. */
  receivedInvitations(access: DataAccess): Promise<ReceivedInvitation[]>;
  /** Give one of them. Once: of two at a time, one is `spent` or `already_member`. By id only those to the caller's confirmed address. */
  acceptInvitation(
    access: DataAccess,
    invitation: { token?: string | undefined; invitationId?: InvitationId | undefined },
  ): Promise<RightsAnswer<{ workspaceId: WorkspaceId }>>;

  /** Newest first. */
  auditLog(access: DataAccess, page: PageRequest): Promise<PageOf<AuditEntry>>;
}
