import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CredentialWorld, credentialStoreContract } from '#core/ports/credential-store.contract.ts';
import { newId } from '#core/ports/samples.contract.ts';
import { UserId } from '#core/protocol/ids.ts';
import { startSupabase, type TestSupabase } from '#local/supabase/start-for-test.ts';
import { createSupabaseAccessMinter } from './access-minter.ts';
import { createSupabaseCredentialStore, createSupabaseSealedSecrets } from './supabase-credential-store.ts';

let supabase: TestSupabase;
beforeAll(async () => {
  supabase = await startSupabase();
});
afterAll(() => supabase?.stop());

const options = { auth: { persistSession: false, autoRefreshToken: false } };
const serviceClient = () => createClient(supabase.url, supabase.secretKey, options);

async function createWorld(): Promise<CredentialWorld> {
  const service = serviceClient();
  const must = <Data>({ data, error }: { data: Data; error: unknown }): NonNullable<Data> => {
    if (error || !data) throw error ?? new Error('no data');
    return data;
  };
  const project = { url: supabase.url, publishableKey: supabase.publishableKey, jwtSecret: supabase.jwtSecret };
  const minter = createSupabaseAccessMinter(project, Date.now);
  const person = async () => {
    const client = createClient(supabase.url, supabase.publishableKey, options);
    const { user, session } = must(await client.auth.signInAnonymously());
    const userId = UserId.parse(user?.id);
    return { userId, access: await minter.forUser({ userId, isAnonymous: true }), own: session?.access_token ?? '' };
  };
  const [owner, member, stranger, workspaceId] = [await person(), await person(), await person(), newId('wsp')];
  must(await service.from('workspaces').insert({ id: workspaceId, name: 'Ours', kind: 'company' }).select());
  const rows = [
    { workspace_id: workspaceId, user_id: owner.userId, role: 'owner' },
    { workspace_id: workspaceId, user_id: member.userId, role: 'member' },
  ];
  must(await service.from('members').insert(rows).select());
  return {
    store: createSupabaseCredentialStore(project),
    rotation: createSupabaseSealedSecrets(project, () => minter.forSystem('vault_rotation')),
    owner,
    member,
    stranger,
    ownToken: { token: owner.own },
    workspaceId,
  };
}

credentialStoreContract('Supabase', createWorld);

it('tells the audit log who added and removed a key, and nothing of the key', async () => {
  const { store, owner, workspaceId } = await createWorld();
  const id = newId('crd');
  const at = '2026-11-21T09:00:00.000Z';
  const credential = {
    id,
    workspaceId,
    scope: 'workspace',
    userId: null,
    provider: 'anthropic',
    label: 'Ours',
    baseUrl: null,
    lastFour: 'wxyz',
    status: 'valid',
    validatedAt: at,
    lastUsedAt: null,
    createdAt: at,
  } as const;
  await store.put(owner.access, credential, { ciphertext: 'c2VjcmV0', keyId: 'key-1' });
  await store.remove(owner.access, id);

  const { data } = await serviceClient().from('audit_log').select().eq('subject', id).order('id');

  expect(data).toMatchObject([
    {
      action: 'credential.added',
      actor_id: owner.userId,
      details: { provider: 'anthropic', ownKey: false, label: 'Ours' },
    },
    { action: 'credential.removed', actor_id: owner.userId, details: { provider: 'anthropic', ownKey: false } },
  ]);
  expect(JSON.stringify(data)).not.toMatch(/c2VjcmV0|wxyz/);
});

it('lets nobody but the rotation itself see what is to be rotated', async () => {
  const { owner } = await createWorld();
  const answer = await fetch(`${supabase.url}/rest/v1/rpc/credentials_not_under`, {
    method: 'POST',
    headers: {
      apikey: supabase.publishableKey,
      authorization: `Bearer ${owner.access.token}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ p_key_id: 'other', p_after: null, p_limit: 100 }),
  });

  expect([answer.status, await answer.json()]).toEqual([200, []]);
});
