import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PersonPrincipal } from '#core/domain/principal.ts';
import { directoryContract } from '#core/ports/directory.contract.ts';
import {
  type DirectoryWorld,
  join,
  newCompany,
  newKey,
  newPerson,
  newToken,
} from '#core/ports/directory-world.contract.ts';
import { newId } from '#core/ports/samples.contract.ts';
import { UserId } from '#core/protocol/ids.ts';
import { startSupabase, type TestSupabase } from '#local/supabase/start-for-test.ts';
import { createSupabaseAccessMinter } from './access-minter.ts';
import { createSupabaseIdentityProvider } from './identity-provider.ts';
import { createSupabaseApiKeyStore, createSupabaseApiKeyVerifier } from './supabase-api-keys.ts';
import { createSupabaseDirectory } from './supabase-directory.ts';
import { createSupabaseWorkspaceStore } from './supabase-workspace-store.ts';
import { ownProjectsOf } from './testing.ts';

let supabase: TestSupabase;
beforeAll(async () => {
  supabase = await startSupabase();
});
afterAll(() => supabase?.stop());

const options = { auth: { persistSession: false, autoRefreshToken: false } };
const service = () => createClient(supabase.url, supabase.secretKey, options);

async function createWorld(): Promise<DirectoryWorld> {
  const minter = createSupabaseAccessMinter(supabase, Date.now);
  const issuedAtMs = Date.now();
  const principalOf = (id: string | undefined, email: string | null): PersonPrincipal => ({
    kind: 'person',
    userId: UserId.parse(id),
    isAnonymous: email === null,
    email,
    issuedAtMs,
    expiresAtMs: issuedAtMs + 3_600_000,
  });
  return {
    directory: createSupabaseDirectory(supabase, ownProjectsOf(supabase), Date.now),
    apiKeys: createSupabaseApiKeyStore(supabase),
    verifier: createSupabaseApiKeyVerifier(supabase, () => minter.forSystem('api_keys'), Date.now),
    minter,
    async signUp({ isAnonymous = false, name = 'Somebody' } = {}) {
      if (isAnonymous) {
        const { data } = await createClient(supabase.url, supabase.publishableKey, options).auth.signInAnonymously();
        return principalOf(data.user?.id, null);
      }
      const email = `${crypto.randomUUID()}@example.com`;
      const account = { email, email_confirm: true, user_metadata: { name } };
      const { data } = await service().auth.admin.createUser(account);
      return principalOf(data.user?.id, email);
    },
  };
}

directoryContract('Supabase', createWorld);

describe('what only the database can show', () => {
  it('narrows every table to the workspace of an API key', async () => {
    const world = await createWorld();
    const acme = await newCompany(world);
    const { service: key } = await newKey(world, acme.id, acme.owner, ['read', 'run', 'manage']);
    const access = await world.minter.forUser(key);
    const store = createSupabaseWorkspaceStore(supabase, ownProjectsOf(supabase));

    const workspaces = await store.workspaces(access, acme.owner.id);
    const [personal] = (await store.workspaces(acme.owner.access, acme.owner.id)).filter(
      ({ kind }) => kind === 'personal',
    );
    const agents = personal ? await store.agents(access, personal.id) : null;
    const renamed = await world.directory.changeMe(access, { name: 'By key' });

    expect(workspaces.map(({ id }) => id)).toEqual([acme.id]);
    expect(agents).toEqual([]);
    expect(renamed?.name).toBe('Somebody');
  });

  it('gives the oldest admin a workspace whose last owner deletes their account', async () => {
    const world = await createWorld();
    const acme = await newCompany(world);

    const { error } = await service().auth.admin.deleteUser(acme.owner.id);

    const { data } = await world.directory.members(acme.member.access, { workspaceId: acme.id, limit: 9 });
    expect(error).toBeNull();
    expect(data.map(({ userId, role }) => [userId, role])).toEqual([
      [acme.admin.id, 'owner'],
      [acme.member.id, 'member'],
    ]);
  });

  it('deletes a workspace with the account of its last member', async () => {
    const world = await createWorld();
    const owner = await newPerson(world);
    const made = await world.directory.createWorkspace(owner.access, { name: 'Alone', kind: 'company' });
    if (made.outcome !== 'ok') throw new Error(made.outcome);

    await service().auth.admin.deleteUser(owner.id);

    const { data } = await service().from('workspaces').select('id').eq('id', made.workspaceId);
    expect(data).toEqual([]);
  });

  it('revokes the open invitations of an admin who is demoted, and all that a member leaves behind who is removed', async () => {
    const world = await createWorld();
    const acme = await newCompany(world);
    const { directory } = world;
    const { secret } = await newKey(world, acme.id, acme.admin, ['manage']);
    const invite = async () => {
      const token = newToken();
      const expiresAtMs = Date.now() + 3_600_000;
      await directory.invite(acme.admin.access, {
        id: newId('inv'),
        workspaceId: acme.id,
        email: null,
        role: 'admin',
        token,
        expiresAtMs,
      });
      return token;
    };
    const own = { p_id: newId('crd'), p_workspace_id: acme.id, p_user_id: acme.admin.id, p_provider: 'ollama' };
    const none = { p_label: null, p_base_url: 'https://own.example.com', p_last_four: null, p_sealed: null };
    const client = createClient(supabase.url, supabase.publishableKey, {
      ...options,
      accessToken: async () => acme.admin.access.token,
    });
    const put = await client.rpc('put_credential', { ...own, ...none, p_validated_at: new Date().toISOString() });
    const first = await invite();
    await directory.changeRole(acme.owner.access, acme.id, acme.admin.id, 'member');
    await directory.changeRole(acme.owner.access, acme.id, acme.admin.id, 'admin');
    const second = await invite();

    await directory.removeMember(acme.owner.access, acme.id, acme.admin.id);

    const outcomes = await Promise.all(
      [first, second].map((token) => directory.acceptInvitation(acme.admin.access, { token })),
    );
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['spent', 'spent']);
    await join(world, acme.id, acme.owner, acme.admin, 'admin');
    await expect(world.verifier.verify(secret)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(put.data).toBe('ok');
    expect((await service().from('credentials').select('id').eq('workspace_id', acme.id)).data).toEqual([]);
  });

  it('ends every session of a person by a token that the platform has minted', async () => {
    const client = createClient(supabase.url, supabase.publishableKey, options);
    const { data } = await client.auth.signInAnonymously();
    const { data: stays } = await createClient(supabase.url, supabase.publishableKey, options).auth.signInAnonymously();
    const minter = createSupabaseAccessMinter(supabase, Date.now);
    const userId = UserId.parse(data.user?.id);

    const provider = createSupabaseIdentityProvider(supabase);
    await provider.signOutEverywhere(await minter.forUser({ userId, isAnonymous: true }));
    await provider.signOutEverywhere(await minter.forUser({ userId, isAnonymous: true }));

    const refresh = (refresh_token: string) =>
      createClient(supabase.url, supabase.publishableKey, options).auth.refreshSession({ refresh_token });
    expect((await refresh(data.session?.refresh_token ?? '')).error).not.toBeNull();
    expect((await refresh(stays.session?.refresh_token ?? '')).error).toBeNull();
  });

  it('opens no key to whoever is not the platform', async () => {
    const world = await createWorld();
    const acme = await newCompany(world);
    const { service: key } = await newKey(world, acme.id, acme.owner, ['read']);
    const client = createClient(supabase.url, supabase.publishableKey, {
      ...options,
      accessToken: async () => acme.owner.access.token,
    });

    const { data } = await client.rpc('find_api_key', { p_api_key_id: key.apiKeyId });

    expect(data).toBeNull();
  });
});
