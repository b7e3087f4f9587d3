import type { CredentialProvider } from '../protocol/credential.ts';
import type { CredentialId, UserId, WorkspaceId } from '../protocol/ids.ts';

/** A secret as it is stored. */
export interface SealedSecret {
  /** Base64. */
  readonly ciphertext: string;
  /** The key that its own key is wrapped with. */
  readonly keyId: string;
}

/** What a secret belongs to. It is sealed together with this, and opens with nothing else. */
export interface SecretContext {
  readonly workspaceId: WorkspaceId;
  readonly credentialId: CredentialId;
  /** Whose key it is; `supabase_project` is the workspace's own project. */
  readonly provider: CredentialProvider | 'supabase_project';
  /** Null: the workspace's. */
  readonly userId: UserId | null;
  /** Where the secret is sent to; null is the provider's own server. Nobody can have it sent elsewhere by changing a row. */
  readonly baseUrl: string | null;
}

/**
 * Seals secrets by envelope encryption: each under a key of its own, which is wrapped with the newest of the vault's keys.
 * Errors: `unavailable` when the keys cannot be reached; `internal` for what does not open: another context, another key, or
 * a changed text.
 */
export interface Vault {
  /** The newest key: what is sealed from now on is wrapped with it. Older ones only open. */
  readonly keyId: string;
  seal(secret: string, context: SecretContext): Promise<SealedSecret>;
  open(sealed: SealedSecret, context: SecretContext): Promise<string>;
}
