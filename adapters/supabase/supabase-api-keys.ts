import { timingSafeEqual } from 'node:crypto';
import { apiKeyIdOf } from '#core/domain/api-key.ts';
import { PlatformError } from '#core/errors.ts';
import type { ApiKeyStore, ApiKeyVerifier } from '#core/ports/api-key-store.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import { ApiKeyRow, answerOf, FoundApiKey, OutcomeRow } from './directory-rows.ts';
import { dataOf } from './errors.ts';
import { bearer, createPostgrest, type RestProject } from './postgrest.ts';
import { newestRows, sha256 } from './supabase-directory.ts';

/** API keys in a project's Postgres. */
export function createSupabaseApiKeyStore(project: RestProject): ApiKeyStore {
  const rest = createPostgrest(project);
  const columns = 'id, name, scopes, last_four, created_by, created_at, expires_at, last_used_at, revoked_at';
  return {
    apiKeys: (access, page) => newestRows(rest, access, { table: 'api_keys', columns, schema: ApiKeyRow }, page),

    async apiKey(access, apiKeyId) {
      const answer = await rest
        .from('api_keys')
        .select(columns)
        .eq('id', apiKeyId)
        .maybeSingle()
        .setHeader(...bearer(access));
      return ApiKeyRow.nullable().parse(dataOf(answer));
    },

    async addApiKey(access, { id, workspaceId, name, scopes, secret, expiresAt }) {
      const answer = await rest
        .rpc('create_api_key', {
          p_id: id,
          p_workspace_id: workspaceId,
          p_name: name,
          p_scopes: scopes,
          p_hash: sha256(secret),
          p_last_four: secret.slice(-4),
          p_expires_at: expiresAt ?? null,
        })
        .setHeader(...bearer(access));
      return answerOf({ apiKey: ApiKeyRow }).parse(dataOf(answer));
    },

    async revokeApiKey(access, workspaceId, apiKeyId) {
      const answer = await rest
        .rpc('revoke_api_key', { p_workspace_id: workspaceId, p_api_key_id: apiKeyId })
        .setHeader(...bearer(access));
      return OutcomeRow.parse(dataOf(answer));
    },
  };
}

/** How long a principal of a key is taken for granted, as by a socket: no longer than an access token of a person. */
const trustedMs = 60 * 60 * 1000;
/** `last used` is kept to the minute. */
const touchEveryMs = 60_000;

/** Looks keys up with a token that the platform mints for itself, and compares their hashes in constant time. */
export function createSupabaseApiKeyVerifier(
  project: RestProject,
  access: () => Promise<DataAccess>,
  now: Clock,
): ApiKeyVerifier {
  const rest = createPostgrest(project);
  return {
    async verify(secret) {
      const apiKeyId = apiKeyIdOf(secret);
      if (!apiKeyId) throw refused();
      const ours = await access();
      const answer = await rest.rpc('find_api_key', { p_api_key_id: apiKeyId }).setHeader(...bearer(ours));
      const found = FoundApiKey.nullable().parse(dataOf(answer));
      if (!found || !timingSafeEqual(Buffer.from(sha256(secret)), Buffer.from(found.hash))) throw refused();
      if (found.lastUsedAt === null || now() - Date.parse(found.lastUsedAt) >= touchEveryMs)
        dataOf(await rest.rpc('touch_api_key', { p_api_key_id: apiKeyId }).setHeader(...bearer(ours)));
      const { userId, workspaceId, scopes, expiresAt } = found;
      const endMs = expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt);
      return {
        kind: 'service',
        userId,
        isAnonymous: false,
        email: null,
        issuedAtMs: now(),
        expiresAtMs: Math.min(endMs, now() + trustedMs),
        workspaceId,
        apiKeyId,
        scopes,
      };
    },
  };
}

const refused = () => new PlatformError('unauthenticated', 'This API key is unknown or has ended.');
