import { createNewId } from '#core/domain/ids.ts';
import { directoryContract } from '#core/ports/directory.contract.ts';
import { newUserId } from '#core/ports/samples.contract.ts';
import { createMemoryAccess } from './memory-access.ts';
import { createMemoryApiKeys } from './memory-api-keys.ts';
import { createMemoryDirectory } from './memory-directory.ts';
import type { MemoryTenants } from './memory-rights.ts';

directoryContract('Memory', async () => {
  let count = 0;
  // Ids sort by time: each is a millisecond later.
  const newId = createNewId(
    () => {
      count += 1;
      return Date.now() + count;
    },
    (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  );
  const tenants: MemoryTenants = {
    platformAdmins: new Set(),
    names: new Map(),
    workspaces: new Map(),
    revokedKeys: new Set(),
  };
  const directory = createMemoryDirectory({ tenants, now: Date.now, newId });
  const apiKeys = createMemoryApiKeys({ tenants, now: Date.now });
  return {
    directory,
    apiKeys,
    verifier: apiKeys,
    minter: createMemoryAccess(),
    async signUp({ isAnonymous = false, name = 'Somebody' } = {}) {
      const userId = newUserId();
      const email = isAnonymous ? null : `${userId}@example.com`;
      tenants.names.set(userId, name);
      directory.setAccount(userId, { email, isAnonymous });
      const issuedAtMs = Date.now();
      return { kind: 'person', userId, isAnonymous, email, issuedAtMs, expiresAtMs: issuedAtMs + 3_600_000 };
    },
  };
});
