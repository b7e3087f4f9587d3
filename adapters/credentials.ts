import type { VaultEnv } from '#core/env.ts';
import type { CredentialStore } from '#core/ports/credential-store.ts';
import type { Vault } from '#core/ports/vault.ts';
import { createSupabaseCredentialStore } from './supabase/supabase-credential-store.ts';

export interface CredentialParts {
  readonly credentials: CredentialStore;
  readonly vault: Pick<Vault, 'seal' | 'open'>;
}

/** What works with keys, for a process that knows the vault. Throws when its environment names none. */
export function createCredentialParts(
  env: VaultEnv & { readonly SUPABASE_URL: string; readonly SUPABASE_PUBLISHABLE_KEY: string },
): CredentialParts {
  const project = { url: env.SUPABASE_URL, publishableKey: env.SUPABASE_PUBLISHABLE_KEY };
  return { credentials: createSupabaseCredentialStore(project), vault: lazyVault(env) };
}

/** Opened when it is first needed: most requests need no key, and the encryption SDK takes its time to load. Throws when the environment names none. */
export function lazyVault(env: VaultEnv): Pick<Vault, 'seal' | 'open'> {
  checkVault(env);
  let opened: Promise<Vault> | undefined;
  const vault = () => {
    opened ??= openVault(env);
    return opened;
  };
  return {
    seal: async (secret, context) => (await vault()).seal(secret, context),
    open: async (sealed, context) => (await vault()).open(sealed, context),
  };
}

/** In AWS the keys of KMS, on one machine a file. Throws when neither or both are named: a vault is never chosen by chance. */
export async function openVault(env: VaultEnv): Promise<Vault> {
  checkVault(env);
  if (env.VAULT_KEY_FILE) return (await import('./system/key-file-vault.ts')).createKeyFileVault(env.VAULT_KEY_FILE);
  return (await import('./aws/kms-vault.ts')).createKmsVault(env.VAULT_KMS_KEYS);
}

function checkVault({ VAULT_KMS_KEYS, VAULT_KEY_FILE }: VaultEnv): void {
  if (VAULT_KMS_KEYS.length > 0 === Boolean(VAULT_KEY_FILE)) {
    throw new Error('Name the keys of the vault by either VAULT_KMS_KEYS or VAULT_KEY_FILE.');
  }
}
