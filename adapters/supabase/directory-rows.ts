import * as z from 'zod';
import { ApiKeyId, AuditEntryId, InvitationId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import { Me } from '#core/protocol/person.ts';
import {
  type ApiKey,
  ApiKeyScope,
  type AuditEntry,
  type Invitation,
  InvitationPreview,
  InvitedRole,
  Member,
  ReceivedInvitation,
} from '#core/protocol/workspace.ts';

/** Postgres writes times with an offset and microseconds; the protocol has UTC and milliseconds. */
const Time = z.string().transform((text) => new Date(text).toISOString());

const Outcome = z.enum([
  'not_found',
  'forbidden',
  'anonymous',
  'last_owner',
  'personal',
  'already_member',
  'spent',
  'limit',
  'name_mismatch',
  'export_first',
  'mismatch',
  'already_created',
]);

export const OutcomeRow = z.union([z.literal('ok'), Outcome]);

/** `{outcome: 'ok', …}` or `{outcome: <why not>}`. */
export const answerOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.union([z.object({ outcome: z.literal('ok'), ...shape }), z.object({ outcome: Outcome })]);

export const MeRow = Me;

export const MemberRow = Member.extend({ joinedAt: z.string() });

export const CreatedWorkspace = answerOf({ workspaceId: WorkspaceId });

/** An invitation as of `nowMs`. */
export const invitationRow = (nowMs: number) =>
  z
    .object({
      id: InvitationId,
      email: z.string().nullable(),
      role: InvitedRole,
      invited_by: UserId.nullable(),
      created_at: Time,
      expires_at: Time,
      accepted_at: Time.nullable(),
      accepted_by: UserId.nullable(),
      revoked_at: Time.nullable(),
      mail: z.enum(['queued', 'sent', 'failed']).nullable(),
    })
    .transform(
      (row): Invitation => ({
        id: row.id,
        email: row.email,
        role: row.role,
        status: statusOf(row, nowMs),
        invitedBy: row.invited_by,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
        acceptedBy: row.accepted_by,
        mail: row.mail,
      }),
    );

function statusOf(
  row: { accepted_at: string | null; revoked_at: string | null; expires_at: string },
  nowMs: number,
): Invitation['status'] {
  if (row.accepted_at) return 'accepted';
  if (row.revoked_at) return 'revoked';
  return Date.parse(row.expires_at) <= nowMs ? 'expired' : 'open';
}

export const PreviewRow = InvitationPreview.extend({ expiresAt: Time });
export const ReceivedRow = ReceivedInvitation.extend({ expiresAt: Time });

export const AuditRow = z
  .object({
    id: AuditEntryId,
    created_at: Time,
    actor_id: UserId.nullable(),
    api_key_id: ApiKeyId.nullable(),
    action: z.string(),
    subject: z.string(),
    details: z.record(z.string(), z.unknown()),
  })
  .transform(
    (row): AuditEntry => ({
      id: row.id,
      at: row.created_at,
      actorId: row.actor_id,
      apiKeyId: row.api_key_id,
      action: row.action,
      subject: row.subject,
      details: row.details,
    }),
  );

export const ApiKeyRow = z
  .object({
    id: ApiKeyId,
    name: z.string(),
    scopes: z.array(ApiKeyScope),
    last_four: z.string(),
    created_by: UserId,
    created_at: Time,
    expires_at: Time.nullable(),
    last_used_at: Time.nullable(),
    revoked_at: Time.nullable(),
  })
  .transform(
    (row): ApiKey => ({
      id: row.id,
      name: row.name,
      scopes: row.scopes,
      lastFour: row.last_four,
      createdBy: row.created_by,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      lastUsedAt: row.last_used_at,
      revokedAt: row.revoked_at,
    }),
  );

export const MemberPlace = z.object({ joinedAt: z.string(), userId: UserId });

/** What the platform's door is told of a key that is good. */
export const FoundApiKey = z.object({
  hash: z.string(),
  workspaceId: WorkspaceId,
  userId: UserId,
  scopes: z.array(ApiKeyScope),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
});
