import type { Credential, CredentialOrigin, CredentialProvider, CredentialStatus } from '../protocol/credential.ts';
import type { CredentialId, WorkspaceId } from '../protocol/ids.ts';
import type { DataAccess } from './identity.ts';
import type { SealedSecret, SecretContext } from './vault.ts';

/** A credential as it is kept; `sealed` is null for a server that asks for no key. */
export interface StoredCredential extends SecretContext {
  readonly provider: CredentialProvider;
  readonly sealed: SealedSecret | null;
}

export interface WorkspaceProvider {
  readonly provider: CredentialProvider;
  readonly origin: Exclude<CredentialOrigin, 'platform'>;
  /** It is not the provider's own server that is asked. */
  readonly isCustomServer: boolean;
}

/**
 * The keys of workspaces and of their members, one of each provider for each of them. Every call acts as a user, and the
 * database holds the rules: members see and change their own keys, owners and admins the workspace's too. Sealed texts are
 * given to the platform's own access only. Errors: `unavailable`, `unauthenticated`, `token_expired`, `forbidden`.
 */
export interface CredentialStore {
  /** Those that the caller may see, by provider; of a workspace that is not theirs none. At most two of each provider. */
  list(access: DataAccess, workspaceId: WorkspaceId): Promise<Credential[]>;
  find(access: DataAccess, credentialId: CredentialId): Promise<Credential | null>;
  /**
   * Keeps a credential instead of the one of the same workspace, scope and provider, if there is one.
   * Errors: `not_found` for a workspace that the caller does not belong to; `forbidden`.
   */
  put(access: DataAccess, credential: Credential, sealed: SealedSecret | null): Promise<void>;
  /** Null when there is no such credential for the caller any more. Errors: `forbidden`. */
  setStatus(access: DataAccess, credentialId: CredentialId, status: CredentialStatus): Promise<Credential | null>;
  /** False when there was none for the caller. Errors: `forbidden`. */
  remove(access: DataAccess, credentialId: CredentialId): Promise<boolean>;

  /** Which providers the caller has a key of, their own or the workspace's: also for members who may not see the keys. */
  providers(access: DataAccess, workspaceId: WorkspaceId): Promise<WorkspaceProvider[]>;
  /** The caller's own key and the workspace's, in this order, to be opened; notes that they are used. */
  stored(access: DataAccess, workspaceId: WorkspaceId, provider: CredentialProvider): Promise<StoredCredential[]>;
  /** Notes that its provider has refused a key that the caller's run was given by `stored`. Nothing when it is gone, or not theirs to use. */
  noteRefused(access: DataAccess, credentialId: CredentialId): Promise<void>;
  /** The same as `stored` of one credential that the caller may change. */
  storedOne(access: DataAccess, credentialId: CredentialId): Promise<StoredCredential | null>;
}

/** For the rotation of the vault's keys, over all workspaces. */
export interface SealedSecrets {
  /** At most `limit` that are not under this key, after the one that an earlier page ended with, by id. */
  notUnder(
    keyId: string,
    after: CredentialId | null,
    limit: number,
  ): Promise<(SecretContext & { sealed: SealedSecret })[]>;
  /** False when the credential holds another text by now, or is gone. */
  replace(credentialId: CredentialId, old: SealedSecret, sealed: SealedSecret): Promise<boolean>;
}
