import { createHash } from 'node:crypto';
import type { PostgrestClient } from '@supabase/postgrest-js';
import * as z from 'zod';
import { isUnavailable, type PlatformError, projectTrouble } from '#core/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Directory, PageOf, PageRequest } from '#core/ports/directory.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { Member } from '#core/protocol/workspace.ts';
import {
  AuditRow,
  answerOf,
  CreatedWorkspace,
  invitationRow,
  MemberPlace,
  MemberRow,
  MeRow,
  OutcomeRow,
  PreviewRow,
  ReceivedRow,
} from './directory-rows.ts';
import { dataOf } from './errors.ts';
import { exportPage } from './export-pages.ts';
import type { OpenProject, OwnProjects } from './own-projects.ts';
import { bearer, createPostgrest, decodeCursor, type RestProject } from './postgrest.ts';
import { encodeCursor, MembershipRow } from './rows.ts';

export const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const IdPlace = z.object({ id: z.string().regex(/^[a-z]{3}_[0-9a-z]{26}$/) });

/** A page of a table's rows of one workspace, newest first by their ids. */
export async function newestRows<Schema extends z.ZodType<{ id: string }>>(
  rest: PostgrestClient,
  access: DataAccess,
  { table, columns, schema }: { table: string; columns: string; schema: Schema },
  { workspaceId, cursor, limit }: PageRequest,
): Promise<PageOf<z.infer<Schema>>> {
  let query = rest
    .from(table)
    .select(columns)
    .eq('workspace_id', workspaceId)
    .order('id', { ascending: false })
    .limit(limit + 1);
  if (cursor !== undefined) query = query.lt('id', decodeCursor(IdPlace, cursor).id);
  const rows = z.array(schema).parse(dataOf(await query.setHeader(...bearer(access))));
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: last && rows.length > limit ? encodeCursor({ id: last.id }) : null };
}

/** Takes away what a workspace that is deleted has in its own project. What stands against it is answered: the rest is done. */
async function emptied({ rest, access }: OpenProject): Promise<'ok' | PlatformError> {
  try {
    const answer = await createPostgrest(rest)
      .rpc('empty_data_project', {})
      .setHeader(...bearer(access));
    dataOf(answer);
    return 'ok';
  } catch (cause) {
    return projectTrouble(
      isUnavailable(cause) ? 'project_unavailable' : 'project_unusable',
      'The workspace is deleted, but its Supabase project could not be emptied. Delete what is left in that project, or the project itself.',
      cause,
    );
  }
}

/** The directory in a project's Postgres: reads under row level security, changes by the functions of supabase/migrations. */
export function createSupabaseDirectory(project: RestProject, projects: OwnProjects, now: Clock): Directory {
  const rest = createPostgrest(project);

  async function call<Schema extends z.ZodType>(
    access: DataAccess,
    name: string,
    given: object,
    schema: Schema,
  ): Promise<z.infer<Schema>> {
    return schema.parse(dataOf(await rest.rpc(name, given).setHeader(...bearer(access))));
  }

  return {
    me: (access) => call(access, 'me', {}, MeRow.nullable()),
    changeMe: (access, change) => call(access, 'change_me', { p_changes: change }, MeRow.nullable()),

    async workspace(access, workspaceId, userId) {
      const answer = await rest
        .from('members')
        .select('role, workspace:workspaces(id, name, kind, created_at)')
        .eq('workspace_id', workspaceId)
        .eq('user_id', userId)
        .maybeSingle()
        .setHeader(...bearer(access));
      return MembershipRow.nullable().parse(dataOf(answer));
    },

    createWorkspace: (access, { name, kind, clientRequestId }) =>
      call(
        access,
        'create_workspace',
        { p_name: name, p_kind: kind, p_request_id: clientRequestId ?? null },
        CreatedWorkspace,
      ),

    async renameWorkspace(access, workspaceId, name) {
      const answer = await rest
        .from('workspaces')
        .update({ name })
        .eq('id', workspaceId)
        .select('id')
        .setHeader(...bearer(access));
      return z.array(z.object({ id: z.string() })).parse(dataOf(answer)).length > 0;
    },

    exportPage: (access, workspaceId, cursor) => exportPage({ rest, projects }, access, workspaceId, cursor),

    async deleteWorkspace(access, workspaceId, { name, withoutExport }) {
      // Opened first: afterwards nobody belongs to the workspace any more.
      const there = await projects.find(access, workspaceId);
      const outcome = await call(
        access,
        'delete_workspace',
        { p_workspace_id: workspaceId, p_name: name, p_without_export: withoutExport },
        OutcomeRow,
      );
      return outcome === 'ok' && there ? emptied(there) : outcome;
    },

    async members(access, { workspaceId, cursor, limit }) {
      const after = cursor === undefined ? undefined : decodeCursor(MemberPlace, cursor);
      const place = { p_after_time: after?.joinedAt ?? null, p_after_id: after?.userId ?? null };
      const given = { p_workspace_id: workspaceId, p_limit: limit + 1, ...place };
      const rows = await call(access, 'workspace_members', given, z.array(MemberRow));
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      // The cursor keeps Postgres's own text of the time: the protocol's has fewer digits.
      const nextCursor =
        last && rows.length > limit ? encodeCursor({ joinedAt: last.joinedAt, userId: last.userId }) : null;
      const data = page.map((row): Member => ({ ...row, joinedAt: new Date(row.joinedAt).toISOString() }));
      return { data, nextCursor };
    },

    changeRole: (access, workspaceId, userId, role) =>
      call(access, 'change_member_role', { p_workspace_id: workspaceId, p_user_id: userId, p_role: role }, OutcomeRow),
    removeMember: (access, workspaceId, userId) =>
      call(access, 'remove_member', { p_workspace_id: workspaceId, p_user_id: userId }, OutcomeRow),
    transferOwnership: (access, workspaceId, userId) =>
      call(access, 'transfer_ownership', { p_workspace_id: workspaceId, p_user_id: userId }, OutcomeRow),

    invitations: (access, page) =>
      newestRows(rest, access, { table: 'invitations', columns: '*', schema: invitationRow(now()) }, page),
    invite: (access, { id, workspaceId, email, role, token, expiresAtMs, mail = false }) =>
      call(
        access,
        'create_invitation',
        {
          p_id: id,
          p_mail: mail,
          p_workspace_id: workspaceId,
          p_email: email,
          p_role: role,
          p_token_hash: sha256(token),
          p_expires_at: new Date(expiresAtMs).toISOString(),
        },
        answerOf({ invitation: invitationRow(now()) }),
      ),
    revokeInvitation: (access, workspaceId, invitationId) =>
      call(access, 'revoke_invitation', { p_workspace_id: workspaceId, p_invitation_id: invitationId }, OutcomeRow),
    invitationOf: (access, token) =>
      call(access, 'invitation_of_token', { p_token_hash: sha256(token) }, PreviewRow.nullable()),
    receivedInvitations: (access) => call(access, 'my_invitations', {}, z.array(ReceivedRow)),
    acceptInvitation: (access, { token, invitationId }) =>
      call(
        access,
        'accept_invitation',
        token === undefined ? { p_invitation_id: invitationId ?? null } : { p_token_hash: sha256(token) },
        CreatedWorkspace,
      ),

    auditLog: (access, page) =>
      newestRows(
        rest,
        access,
        {
          table: 'audit_log',
          columns: 'id, created_at, actor_id, api_key_id, action, subject, details',
          schema: AuditRow,
        },
        page,
      ),
  };
}
