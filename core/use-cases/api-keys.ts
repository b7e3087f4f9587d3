import { apiKeySecret } from '../domain/api-key.ts';
import type { PersonPrincipal } from '../domain/principal.ts';
import { PlatformError } from '../errors.ts';
import type { ApiKeyStore } from '../ports/api-key-store.ts';
import type { ConnectionStore } from '../ports/connection-store.ts';
import type { PageOf } from '../ports/directory.ts';
import type { SocketGateway } from '../ports/socket-gateway.ts';
import type { ApiKeyId, WorkspaceId } from '../protocol/ids.ts';
import type { ApiKey, ApiKeyScope } from '../protocol/workspace.ts';
import type { Deps } from './deps.ts';
import { endConnections } from './end-connections.ts';
import { alreadyCreated, idOnce, type Once, type OnceDeps } from './once.ts';
import { announceChange, assertOk, enterWorkspace, type RightsDeps, refusal } from './rights.ts';

interface ApiKeyDeps extends RightsDeps, Pick<Deps, 'publisher' | 'newId' | 'now'>, OnceDeps {
  readonly apiKeys: ApiKeyStore;
  readonly connections: ConnectionStore;
  readonly sockets: SocketGateway;
  /** 24 random bytes as text. */
  readonly newTicket: () => string;
}

/** Errors: `not_found`, `forbidden`, `invalid_request` for a cursor that is none. */
export async function listApiKeys(
  deps: ApiKeyDeps,
  caller: PersonPrincipal,
  workspaceId: WorkspaceId,
  page: { cursor?: string | undefined; limit: number },
): Promise<PageOf<ApiKey>> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'api_keys.read');
  return deps.apiKeys.apiKeys(access, { workspaceId, ...page });
}

/** The secret is known to nobody but who gets this answer. Errors: `not_found`, `forbidden`, `conflict`, `invalid_request` for a time that is over, `idempotency_mismatch`, `already_created`. */
export async function createApiKey(
  deps: ApiKeyDeps,
  caller: PersonPrincipal,
  workspaceId: WorkspaceId,
  asked: { name: string; scopes: readonly ApiKeyScope[]; expiresAt?: string | undefined } & Once,
): Promise<{ apiKey: ApiKey; secret: string }> {
  if (asked.expiresAt !== undefined && Date.parse(asked.expiresAt) <= deps.now())
    throw new PlatformError('invalid_request', 'The key would have expired before it was made.');
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'api_keys.manage');
  const { id, isRepeat } = await idOnce(deps, caller, 'key', { ...asked, workspaceId });
  if (isRepeat && (await deps.apiKeys.apiKey(access, id))) throw alreadyCreated('API key', id);
  const secret = apiKeySecret(id, deps.newTicket());
  const scopes = [...new Set(asked.scopes)];
  const answer = await deps.apiKeys.addApiKey(access, { ...asked, id, workspaceId, scopes, secret });
  if (answer.outcome !== 'ok') throw refusal(answer.outcome);
  await announceChange(deps, workspaceId, 'api_keys');
  return { apiKey: answer.apiKey, secret };
}

/** Ends a key, and the sockets that it opened. Errors: `not_found`, `forbidden`. */
export async function revokeApiKey(
  deps: ApiKeyDeps,
  caller: PersonPrincipal,
  { workspaceId, apiKeyId }: { workspaceId: WorkspaceId; apiKeyId: ApiKeyId },
): Promise<void> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'api_keys.manage');
  const key = await deps.apiKeys.apiKey(access, apiKeyId);
  assertOk(await deps.apiKeys.revokeApiKey(access, workspaceId, apiKeyId));
  if (key) await endConnections(deps, key.createdBy, apiKeyId);
  await announceChange(deps, workspaceId, 'api_keys');
}
