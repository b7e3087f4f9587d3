import { credentialNeeds, modelProviders } from '../domain/model-providers.ts';
import type { Principal } from '../domain/principal.ts';
import { addressProblem } from '../domain/server-address.ts';
import { notFound, PlatformError, unavailable } from '../errors.ts';
import { timestamp } from '../ports/clock.ts';
import type { CredentialStore } from '../ports/credential-store.ts';
import type { ProviderProber } from '../ports/provider-prober.ts';
import type { Vault } from '../ports/vault.ts';
import type { Credential, NewCredential } from '../protocol/credential.ts';
import type { CredentialId, WorkspaceId } from '../protocol/ids.ts';
import type { Deps } from './deps.ts';
import { idOnce, type OnceDeps } from './once.ts';
import { enterWorkspace, type RightsDeps } from './rights.ts';

export interface CredentialDeps extends RightsDeps, Pick<Deps, 'newId' | 'now'>, OnceDeps {
  readonly credentials: CredentialStore;
  readonly vault: Pick<Vault, 'seal' | 'open'>;
  readonly prober: ProviderProber;
  /** Whether the servers that workspaces name may stand in the platform's own network: on one machine only. */
  readonly allowPrivateServers: boolean;
}

/** The caller's own keys, and the workspace's for those who may see them. Errors: `not_found`. */
export async function listCredentials(
  deps: CredentialDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
): Promise<Credential[]> {
  const { access } = await enterWorkspace(deps, caller, workspaceId, 'workspace.read');
  return deps.credentials.list(access, workspaceId);
}

/**
 * Keeps a key, once its provider has taken it. Errors: `not_found`, `forbidden`, `invalid_request` for a key that is refused or
 * a server that does not answer as one, `unavailable` when the provider's own server does not.
 */
export async function putCredential(
  deps: CredentialDeps,
  caller: Principal,
  asked: NewCredential,
): Promise<Credential> {
  const { workspaceId, scope, provider } = asked;
  const { access } = await enterWorkspace(
    deps,
    caller,
    workspaceId,
    scope === 'workspace' ? 'credentials.manage' : 'workspace.read',
  );
  const { id, isRepeat } = await idOnce(deps, caller, 'crd', asked);
  const made = isRepeat ? await deps.credentials.find(access, id) : null;
  if (made) return made;
  const apiKey = asked.apiKey ?? null;
  const baseUrl = asked.baseUrl?.replace(/\/+$/, '') ?? null;
  checkShape({ provider, apiKey, baseUrl }, deps.allowPrivateServers);
  const result = await deps.prober.probe({ provider, apiKey, baseUrl });
  if (result.kind === 'refused') throw invalid('apiKey', result.message);
  if (result.kind === 'unreachable') {
    if (baseUrl !== null) throw invalid('baseUrl', result.message);
    throw unavailable(modelProviders[provider].label, new Error(result.message));
  }
  const at = timestamp(deps.now());
  const credential: Credential = {
    id,
    workspaceId,
    scope,
    userId: scope === 'user' ? caller.userId : null,
    provider,
    label: asked.label ?? null,
    baseUrl,
    lastFour: lastFourOf(apiKey),
    status: 'valid',
    validatedAt: at,
    lastUsedAt: null,
    createdAt: at,
  };
  const sealed = apiKey === null ? null : await deps.vault.seal(apiKey, { ...credential, credentialId: credential.id });
  await deps.credentials.put(access, credential, sealed);
  return credential;
}

/** Asks the provider about a key again. Errors: `not_found`, `forbidden`, `unavailable` when nothing was learnt of the key. */
export async function validateCredential(
  { minter, credentials, vault, prober }: CredentialDeps,
  caller: Principal,
  credentialId: CredentialId,
): Promise<Credential> {
  const access = await minter.forUser(caller);
  const stored = await credentials.storedOne(access, credentialId);
  if (!stored) throw notFound('credential', credentialId);
  const apiKey = stored.sealed && (await vault.open(stored.sealed, stored));
  const result = await prober.probe({ ...stored, apiKey });
  if (result.kind === 'unreachable') {
    throw unavailable(modelProviders[stored.provider].label, new Error(result.message));
  }
  const status = result.kind === 'accepted' ? 'valid' : 'refused';
  const credential = await credentials.setStatus(access, credentialId, status);
  if (!credential) throw notFound('credential', credentialId);
  return credential;
}

/** Runs that begin from now on do without it. Errors: `not_found`, `forbidden`. */
export async function removeCredential(
  { minter, credentials }: CredentialDeps,
  caller: Principal,
  credentialId: CredentialId,
): Promise<void> {
  const access = await minter.forUser(caller);
  if (!(await credentials.remove(access, credentialId))) throw notFound('credential', credentialId);
}

function checkShape(
  { provider, apiKey, baseUrl }: Pick<Credential, 'provider' | 'baseUrl'> & { apiKey: string | null },
  allowPrivate: boolean,
): void {
  const needs = credentialNeeds[provider];
  const { label } = modelProviders[provider];
  if (needs.apiKey === 'required' && apiKey === null) throw invalid('apiKey', `${label} needs a key.`);
  if (needs.baseUrl === 'required' && baseUrl === null)
    throw invalid('baseUrl', `${label} needs the address of a server.`);
  const problem = baseUrl === null ? null : addressProblem(baseUrl, allowPrivate);
  if (problem) throw invalid('baseUrl', problem);
}

/** Of a short key four characters would be too much of it. */
const lastFourOf = (apiKey: string | null): string | null =>
  apiKey !== null && apiKey.length >= 16 ? apiKey.slice(-4) : null;

const invalid = (path: string, message: string) =>
  new PlatformError('invalid_request', message, { details: [{ path, message }] });
