import type { CredentialProvider } from '#core/protocol/credential.ts';
import { readMemoryAccess } from './memory-access.ts';
import { createMemoryCredentialStore } from './memory-credential-store.ts';
import { createMemoryProviderProber } from './memory-provider-prober.ts';
import type { MemoryTenants } from './memory-rights.ts';
import { createMemoryVault } from './memory-vault.ts';

/** All that has to do with keys, over the workspaces of a platform in memory. Every access there is the platform's own. */
export function createMemoryCredentials({ tenants, now }: { tenants: MemoryTenants; now: () => number }) {
  const platformProviders: CredentialProvider[] = ['openai'];
  return {
    credentials: createMemoryCredentialStore({
      readAccess: (access) => ({ userId: readMemoryAccess(access).userId, isPlatform: true }),
      roleOf: (workspaceId, userId) => tenants.workspaces.get(workspaceId)?.roles.get(userId),
      now,
    }),
    vault: createMemoryVault(),
    prober: createMemoryProviderProber(),
    allowPrivateServers: false,
    platformProviders,
  };
}
