import { PlatformError } from '#core/errors.ts';
import type { ApiKeyStore, ApiKeyVerifier } from '#core/ports/api-key-store.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import type { ApiKey } from '#core/protocol/workspace.ts';
import { readMemoryAccess } from './memory-access.ts';
import { newestPage } from './memory-cursor.ts';
import type { MemoryTenants } from './memory-rights.ts';

interface Row {
  readonly workspaceId: WorkspaceId;
  readonly secret: string;
  apiKey: ApiKey;
}

/** API keys in memory, over the members of a memory directory. */
export function createMemoryApiKeys({
  tenants,
  now,
}: {
  tenants: MemoryTenants;
  now: Clock;
}): ApiKeyStore & ApiKeyVerifier {
  const rows: Row[] = [];
  const roleOf = (access: Parameters<ApiKeyStore['apiKeys']>[0], workspaceId: WorkspaceId) =>
    tenants.workspaces.get(workspaceId)?.roles.get(readMemoryAccess(access).userId);
  const mayManage = (access: Parameters<ApiKeyStore['apiKeys']>[0], workspaceId: WorkspaceId) =>
    ['owner', 'admin'].includes(roleOf(access, workspaceId) ?? '') && !readMemoryAccess(access).service;

  return {
    async apiKeys(access, page) {
      const seen = mayManage(access, page.workspaceId) ? rows : [];
      return newestPage(
        seen.filter(({ workspaceId }) => workspaceId === page.workspaceId).map(({ apiKey }) => apiKey),
        page,
      );
    },

    async apiKey(access, apiKeyId) {
      const row = rows.find(({ apiKey }) => apiKey.id === apiKeyId);
      return row && mayManage(access, row.workspaceId) ? row.apiKey : null;
    },

    async addApiKey(access, { id, workspaceId, name, scopes, secret, expiresAt }) {
      if (!roleOf(access, workspaceId)) return { outcome: 'not_found' };
      if (!mayManage(access, workspaceId)) return { outcome: 'forbidden' };
      const apiKey: ApiKey = {
        id,
        name,
        scopes: [...scopes],
        lastFour: secret.slice(-4),
        createdBy: readMemoryAccess(access).userId,
        createdAt: timestamp(now()),
        expiresAt: expiresAt ?? null,
        lastUsedAt: null,
        revokedAt: null,
      };
      rows.push({ workspaceId, secret, apiKey });
      return { outcome: 'ok', apiKey };
    },

    async revokeApiKey(access, workspaceId, apiKeyId) {
      if (!roleOf(access, workspaceId)) return 'not_found';
      if (!mayManage(access, workspaceId)) return 'forbidden';
      const row = rows.find((each) => each.workspaceId === workspaceId && each.apiKey.id === apiKeyId);
      if (!row) return 'not_found';
      row.apiKey = { ...row.apiKey, revokedAt: row.apiKey.revokedAt ?? timestamp(now()) };
      tenants.revokedKeys.add(apiKeyId);
      return 'ok';
    },

    async verify(secret) {
      const row = rows.find((each) => each.secret === secret);
      const endMs = row?.apiKey.expiresAt ? Date.parse(row.apiKey.expiresAt) : Number.POSITIVE_INFINITY;
      const isMember = row && tenants.workspaces.get(row.workspaceId)?.roles.has(row.apiKey.createdBy);
      if (!row || !isMember || row.apiKey.revokedAt || endMs <= now())
        throw new PlatformError('unauthenticated', 'This API key is unknown or has ended.');
      row.apiKey = { ...row.apiKey, lastUsedAt: timestamp(now()) };
      return {
        kind: 'service',
        userId: row.apiKey.createdBy,
        isAnonymous: false,
        email: null,
        issuedAtMs: now(),
        expiresAtMs: Math.min(endMs, now() + 3_600_000),
        workspaceId: row.workspaceId,
        apiKeyId: row.apiKey.id,
        scopes: row.apiKey.scopes,
      };
    },
  };
}
