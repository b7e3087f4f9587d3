import * as z from 'zod';
import { ApiKeyId, AuditEntryId, InvitationId, Timestamp, UserId, WorkspaceId } from './ids.ts';
import { storableText } from './text.ts';

export const Role = z.enum(['owner', 'admin', 'member']);
export type Role = z.infer<typeof Role>;

/** `personal`: one person's own, which everybody has. `company`: a team's. `client`: one that a team keeps for a client. */
export const WorkspaceKind = z.enum(['personal', 'company', 'client']);
export type WorkspaceKind = z.infer<typeof WorkspaceKind>;

/** The tenant. `role` is the caller's own. */
export const Workspace = z.object({
  id: WorkspaceId,
  name: z.string(),
  kind: WorkspaceKind,
  role: Role,
  createdAt: Timestamp,
});
export type Workspace = z.infer<typeof Workspace>;

/** What people call a workspace, a key or themselves. */
const name = (max: number) =>
  z
    .string()
    .transform((text) => storableText(text).trim())
    .pipe(z.string().min(1).max(max));
export const WorkspaceName = name(80);

/** Somebody who belongs to a workspace. `email` is told to owners and admins only. */
export const Member = z.object({
  userId: UserId,
  name: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  email: z.string().nullable(),
  isAnonymous: z.boolean(),
  role: Role,
  joinedAt: Timestamp,
});
export type Member = z.infer<typeof Member>;

/** Nobody is invited as an owner: ownership is handed over. */
export const InvitedRole = z.enum(['admin', 'member']);
export type InvitedRole = z.infer<typeof InvitedRole>;

export const InvitationStatus = z.enum(['open', 'accepted', 'revoked', 'expired']);

/** With `email` it is for whoever has that confirmed address; without, for whoever has its link. Either way it works once. */
export const Invitation = z.object({
  id: InvitationId,
  email: z.string().nullable(),
  role: InvitedRole,
  status: InvitationStatus,
  invitedBy: UserId.nullable(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
  acceptedBy: UserId.nullable(),
  /** What became of the mail to its address; null when none is sent. `failed`: it was refused, or not sent in time. */
  mail: z.enum(['queued', 'sent', 'failed']).nullable().default(null),
});
export type Invitation = z.infer<typeof Invitation>;

/** Whether a new invitation is told by mail: it will be, the deployment sends none, there is no address, or whoever invites has had 50 mails sent within a day. */
export const InvitationMailState = z.enum(['queued', 'not_configured', 'no_address', 'too_many']);
export type InvitationMailState = z.infer<typeof InvitationMailState>;

/** What somebody is invited to, as they see it before they belong there. */
export const InvitationPreview = z.object({
  workspaceName: z.string(),
  role: InvitedRole,
  email: z.string().nullable(),
  expiresAt: Timestamp,
});
export type InvitationPreview = z.infer<typeof InvitationPreview>;

export const ReceivedInvitation = InvitationPreview.omit({ email: true }).extend({ id: InvitationId });
export type ReceivedInvitation = z.infer<typeof ReceivedInvitation>;

/** How far an API key reaches. `read`: look. `run`: threads and runs. `manage`: whatever an admin may change. */
export const ApiKeyScope = z.enum(['read', 'run', 'manage']);
export type ApiKeyScope = z.infer<typeof ApiKeyScope>;

/** A key for other software. The secret itself is told once, when the key is made. */
export const ApiKey = z.object({
  id: ApiKeyId,
  name: z.string(),
  scopes: z.array(ApiKeyScope),
  lastFour: z.string(),
  /** The member as whom it acts. */
  createdBy: UserId,
  createdAt: Timestamp,
  expiresAt: Timestamp.nullable(),
  lastUsedAt: Timestamp.nullable(),
  revokedAt: Timestamp.nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;
export const ApiKeyName = name(80);

/** A change of a right, a key or an agent. `actorId` is null when the platform itself did it. */
export const AuditEntry = z.object({
  id: AuditEntryId,
  at: Timestamp,
  actorId: UserId.nullable(),
  apiKeyId: ApiKeyId.nullable(),
  /** `<thing>.<what was done>`, as in `member.removed`. */
  action: z.string(),
  subject: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** One row of a workspace's data, as it stands in the database. */
export const ExportedRow = z.object({ table: z.string(), row: z.record(z.string(), z.unknown()) });
export type ExportedRow = z.infer<typeof ExportedRow>;
