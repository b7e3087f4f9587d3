import type { PlatformCredentials } from '../domain/platform-credentials.ts';
import type { CredentialFinder } from '../ports/credential-finder.ts';
import type { CredentialStore } from '../ports/credential-store.ts';
import type { Vault } from '../ports/vault.ts';

interface Deps {
  readonly credentials: Pick<CredentialStore, 'stored' | 'noteRefused'>;
  readonly vault: Pick<Vault, 'open'>;
  readonly platform: PlatformCredentials;
}

/** The user's own key, else the workspace's, else the deployment's: see CredentialFinder. */
export function createCredentialFinder({ credentials, vault, platform }: Deps): CredentialFinder {
  return {
    async find({ provider, workspaceId, access }) {
      const [stored] = await credentials.stored(await access(), workspaceId, provider);
      if (!stored) return platform[provider] ?? null;
      const { sealed, baseUrl, userId, credentialId } = stored;
      return {
        provider,
        apiKey: sealed && (await vault.open(sealed, stored)),
        baseUrl,
        origin: userId === null ? 'workspace' : 'user',
        noteRefused: async () => credentials.noteRefused(await access(), credentialId),
      };
    },
  };
}
