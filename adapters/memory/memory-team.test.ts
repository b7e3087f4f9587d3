import { expect, it } from 'vitest';
import { createNewId } from '#core/domain/ids.ts';
import { agentStoreContract } from '#core/ports/agent-store.contract.ts';
import { catalogStoreContract } from '#core/ports/catalog-store.contract.ts';
import { newCompany } from '#core/ports/directory-world.contract.ts';
import { guidanceStoresContract } from '#core/ports/guidance-store.contract.ts';
import { newId, newUserId } from '#core/ports/samples.contract.ts';
import type { TeamWorld } from '#core/ports/team-world.contract.ts';
import { createMemoryAccess } from './memory-access.ts';
import { createMemoryApiKeys } from './memory-api-keys.ts';
import { createMemoryDirectory } from './memory-directory.ts';
import { createMemoryTeam, type MemoryTeam } from './memory-team.ts';
import { createMemoryWorkspaceStore } from './memory-workspace-store.ts';

async function createWorld(): Promise<TeamWorld & { team: MemoryTeam }> {
  let nowMs = Date.now();
  // Each thing is a millisecond later than the one before.
  const now = () => {
    nowMs += 1;
    return nowMs;
  };
  const workspaces = createMemoryWorkspaceStore({ now });
  const ids = createNewId(now, (count) => crypto.getRandomValues(new Uint8Array(count)));
  const directory = createMemoryDirectory({ tenants: workspaces.tenants, now: Date.now, newId: ids });
  const apiKeys = createMemoryApiKeys({ tenants: workspaces.tenants, now: Date.now });
  const team = createMemoryTeam({ workspaces, now });
  return {
    ...team,
    team,
    store: workspaces,
    directory,
    apiKeys,
    verifier: apiKeys,
    minter: createMemoryAccess(),
    makePlatformAdmin: async (userId) => void team.admins.add(userId),
    async signUp({ isAnonymous = false, name = 'Somebody' } = {}) {
      const userId = newUserId();
      const email = isAnonymous ? null : `${userId}@example.com`;
      workspaces.addUser(userId, name);
      directory.setAccount(userId, { email, isAnonymous });
      const issuedAtMs = Date.now();
      return { kind: 'person', userId, isAnonymous, email, issuedAtMs, expiresAtMs: issuedAtMs + 3_600_000 };
    },
  };
}

agentStoreContract('memory', createWorld);
catalogStoreContract('memory', createWorld);
guidanceStoresContract('memory', createWorld);

it('keeps the skills that come with the platform', async () => {
  const { team, ...world } = await createWorld();
  const acme = await newCompany(world);
  const at = '2026-11-21T09:00:00.000Z';
  const skill = { id: newId('skl'), workspaceId: acme.id, name: 'memo', description: 'x', content: 'x' };
  team.addSystemSkill({ ...skill, isSystem: true, createdAt: at, updatedAt: at });

  expect(await world.skills.update(acme.owner.access, skill.id, { content: 'y' })).toBeNull();
  expect(await world.skills.remove(acme.owner.access, skill.id)).toBe(false);
});
