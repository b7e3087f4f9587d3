import * as z from 'zod';
import { notFound, PlatformError } from '#core/errors.ts';
import type { CredentialStore, SealedSecrets } from '#core/ports/credential-store.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import { type Credential, CredentialProvider, CredentialStatus } from '#core/protocol/credential.ts';
import { CredentialId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import { dataOf, errorCode } from './errors.ts';
import { bearer, createPostgrest, type RestProject } from './postgrest.ts';

const columns =
  'id, workspace_id, user_id, provider, label, base_url, last_four, status, validated_at, last_used_at, created_at';

const Time = z.string().transform((text) => new Date(text).toISOString());

const CredentialRow = z
  .object({
    id: CredentialId,
    workspace_id: WorkspaceId,
    user_id: UserId.nullable(),
    provider: CredentialProvider,
    label: z.string().nullable(),
    base_url: z.string().nullable(),
    last_four: z.string().nullable(),
    status: CredentialStatus,
    validated_at: Time,
    last_used_at: Time.nullable(),
    created_at: Time,
  })
  .transform(
    (row): Credential => ({
      id: row.id,
      workspaceId: row.workspace_id,
      scope: row.user_id === null ? 'workspace' : 'user',
      userId: row.user_id,
      provider: row.provider,
      label: row.label,
      baseUrl: row.base_url,
      lastFour: row.last_four,
      status: row.status,
      validatedAt: row.validated_at,
      lastUsedAt: row.last_used_at,
      createdAt: row.created_at,
    }),
  );

/** Kept beside the keys of models; own-projects.ts works with it. */
export const ownProject = 'supabase_project';

export const SealedSecret = z.object({ ciphertext: z.string(), keyId: z.string() });
const StoredCredential = z.object({
  credentialId: CredentialId,
  workspaceId: WorkspaceId,
  userId: UserId.nullable(),
  provider: CredentialProvider,
  baseUrl: z.string().nullable(),
  sealed: SealedSecret.nullable(),
});
const StoredSecret = StoredCredential.extend({
  provider: z.enum([...CredentialProvider.options, ownProject]),
  sealed: SealedSecret,
});
const WorkspaceProvider = z.object({
  provider: CredentialProvider,
  origin: z.enum(['user', 'workspace']),
  isCustomServer: z.boolean(),
});

export function createSupabaseCredentialStore(project: RestProject): CredentialStore {
  const client = createPostgrest(project);
  const call = async (access: DataAccess, name: string, args: Record<string, unknown>): Promise<unknown> => {
    const answer = await client.rpc(name, args).setHeader(...bearer(access));
    if (errorCode(answer) === '42501') throw forbidden();
    return dataOf(answer);
  };

  return {
    async list(access, workspaceId) {
      const answer = await client
        .from('credentials')
        .select(columns)
        .eq('workspace_id', workspaceId)
        .neq('provider', ownProject)
        .order('provider')
        .order('user_id', { nullsFirst: false })
        .setHeader(...bearer(access));
      return z.array(CredentialRow).parse(dataOf(answer));
    },

    async find(access, credentialId) {
      const answer = await client
        .from('credentials')
        .select(columns)
        .eq('id', credentialId)
        .neq('provider', ownProject)
        .maybeSingle()
        .setHeader(...bearer(access));
      return CredentialRow.nullable().parse(dataOf(answer));
    },

    async put(access, credential, sealed) {
      const outcome = await call(access, 'put_credential', {
        p_id: credential.id,
        p_workspace_id: credential.workspaceId,
        p_user_id: credential.userId,
        p_provider: credential.provider,
        p_label: credential.label,
        p_base_url: credential.baseUrl,
        p_last_four: credential.lastFour,
        p_validated_at: credential.validatedAt,
        p_sealed: sealed,
      });
      switch (z.enum(['ok', 'forbidden', 'not_found']).parse(outcome)) {
        case 'ok':
          return;
        case 'forbidden':
          throw forbidden();
        case 'not_found':
          throw notFound('workspace', credential.workspaceId);
      }
    },

    async setStatus(access, credentialId, status) {
      const changed = await call(access, 'set_credential_status', { p_id: credentialId, p_status: status });
      return CredentialRow.nullable().parse(changed);
    },

    async noteRefused(access, credentialId) {
      await call(access, 'note_refused_credential', { p_id: credentialId });
    },

    remove: async (access, credentialId) =>
      z.boolean().parse(await call(access, 'remove_credential', { p_id: credentialId })),

    providers: async (access, workspaceId) =>
      z.array(WorkspaceProvider).parse(await call(access, 'credential_providers', { p_workspace_id: workspaceId })),

    stored: async (access, workspaceId, provider) =>
      z
        .array(StoredCredential)
        .parse(await call(access, 'sealed_credentials', { p_workspace_id: workspaceId, p_provider: provider })),

    storedOne: async (access, credentialId) =>
      StoredCredential.nullable().parse(await call(access, 'sealed_credential', { p_id: credentialId })),
  };
}

/** `accessOfSystem` gives the platform's own access for the rotation of the vault. */
export function createSupabaseSealedSecrets(
  project: RestProject,
  accessOfSystem: () => Promise<DataAccess>,
): SealedSecrets {
  const client = createPostgrest(project);
  const call = async (name: string, args: Record<string, unknown>): Promise<unknown> =>
    dataOf(await client.rpc(name, args).setHeader(...bearer(await accessOfSystem())));

  return {
    notUnder: async (keyId, after, limit) =>
      z
        .array(StoredSecret)
        .parse(await call('credentials_not_under', { p_key_id: keyId, p_after: after, p_limit: limit })),
    replace: async (credentialId, old, sealed) =>
      z.boolean().parse(
        await call('replace_sealed_credential', {
          p_id: credentialId,
          p_old_ciphertext: old.ciphertext,
          p_sealed: sealed,
        }),
      ),
  };
}

const forbidden = () => new PlatformError('forbidden', 'Only an owner or admin of the workspace changes its keys.');
