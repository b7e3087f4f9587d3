import * as z from 'zod';
import { ApiKeyId, ClientRequestId, InvitationId, Timestamp, UserId, WorkspaceId } from './ids.ts';
import { cursor, limit, longLimit, page, type Route } from './route.ts';
import {
  ApiKey,
  ApiKeyName,
  ApiKeyScope,
  AuditEntry,
  ExportedRow,
  Invitation,
  InvitationMailState,
  InvitedRole,
  Member,
  Role,
  Workspace,
  WorkspaceKind,
  WorkspaceName,
} from './workspace.ts';

const workspace = z.strictObject({ workspaceId: WorkspaceId });
const member = workspace.extend({ userId: UserId });
const listed = z.strictObject({ cursor, limit });
const nothing = z.undefined();

/** How long an invitation may stay open, in days. */
const invitationDays = { max: 30, default: 7 };

/** A workspace, who belongs to it, what reaches it from outside, and what happened to its rights. */
export const workspaceRoutes = {
  'GET /v1/workspaces': {
    access: 'user',
    query: z.strictObject({ cursor, limit: longLimit }),
    status: 200,
    reply: page(Workspace),
  },
  'POST /v1/workspaces': {
    access: 'person',
    body: z.strictObject({
      name: WorkspaceName,
      kind: WorkspaceKind.exclude(['personal']),
      clientRequestId: ClientRequestId.optional(),
    }),
    status: 201,
    reply: Workspace,
  },
  'GET /v1/workspaces/{workspaceId}': { access: 'user', path: workspace, status: 200, reply: Workspace },
  'PATCH /v1/workspaces/{workspaceId}': {
    access: 'user',
    path: workspace,
    body: z.strictObject({ name: WorkspaceName }),
    status: 200,
    reply: Workspace,
  },
  /** Page by page every row that the owner may see; it is complete when `nextCursor` is null. A page has up to some 1 MB. */
  'GET /v1/workspaces/{workspaceId}/export': {
    access: 'person',
    path: workspace,
    query: z.strictObject({ cursor }),
    status: 200,
    reply: page(ExportedRow),
  },
  /** `name` is the workspace's own, typed. Needs a complete export by the caller within the last hour, or `withoutExport`. */
  'POST /v1/workspaces/{workspaceId}/delete': {
    access: 'person',
    path: workspace,
    body: z.strictObject({ name: z.string().max(200), withoutExport: z.boolean().default(false) }),
    status: 204,
    reply: nothing,
  },

  'GET /v1/workspaces/{workspaceId}/members': {
    access: 'user',
    path: workspace,
    query: listed,
    status: 200,
    reply: page(Member),
  },
  'PATCH /v1/workspaces/{workspaceId}/members/{userId}': {
    access: 'user',
    path: member,
    body: z.strictObject({ role: Role }),
    status: 204,
    reply: nothing,
  },
  /** With one's own id: to leave. */
  'DELETE /v1/workspaces/{workspaceId}/members/{userId}': { access: 'user', path: member, status: 204, reply: nothing },
  /** The member becomes an owner, the caller an admin. */
  'POST /v1/workspaces/{workspaceId}/ownership': {
    access: 'person',
    path: workspace,
    body: z.strictObject({ userId: UserId }),
    status: 200,
    reply: Workspace,
  },

  'GET /v1/workspaces/{workspaceId}/invitations': {
    access: 'user',
    path: workspace,
    query: listed,
    status: 200,
    reply: page(Invitation),
  },
  /** `token` is told only now: the link is the web client's `/invitation#<token>`. Another for the same address takes the older one's place; the same `clientRequestId` again is `already_created`. */
  'POST /v1/workspaces/{workspaceId}/invitations': {
    access: 'user',
    path: workspace,
    body: z.strictObject({
      email: z.email().max(254).toLowerCase().optional(),
      role: InvitedRole.default('member'),
      expiresInDays: z.number().int().min(1).max(invitationDays.max).default(invitationDays.default),
      clientRequestId: ClientRequestId.optional(),
    }),
    status: 201,
    reply: z.object({ invitation: Invitation, token: z.string(), mail: InvitationMailState }),
  },
  'DELETE /v1/workspaces/{workspaceId}/invitations/{invitationId}': {
    access: 'user',
    path: workspace.extend({ invitationId: InvitationId }),
    status: 204,
    reply: nothing,
  },

  'GET /v1/workspaces/{workspaceId}/api-keys': {
    access: 'person',
    path: workspace,
    query: listed,
    status: 200,
    reply: page(ApiKey),
  },
  /** `secret` is told only now: sent again with the same `clientRequestId` it is `already_created`. */
  'POST /v1/workspaces/{workspaceId}/api-keys': {
    access: 'person',
    path: workspace,
    body: z.strictObject({
      name: ApiKeyName,
      scopes: z.array(ApiKeyScope).min(1).max(3),
      expiresAt: Timestamp.optional(),
      clientRequestId: ClientRequestId.optional(),
    }),
    status: 201,
    reply: z.object({ apiKey: ApiKey, secret: z.string() }),
  },
  'DELETE /v1/workspaces/{workspaceId}/api-keys/{apiKeyId}': {
    access: 'person',
    path: workspace.extend({ apiKeyId: ApiKeyId }),
    status: 204,
    reply: nothing,
  },

  'GET /v1/workspaces/{workspaceId}/audit': {
    access: 'user',
    path: workspace,
    query: listed,
    status: 200,
    reply: page(AuditEntry),
  },
} as const satisfies Record<string, Route>;
