import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSupabase, type TestSupabase } from '../../local/supabase/start-for-test.ts';
import { keyOnlyClient, serviceClient } from './actors.ts';

let supabase: TestSupabase;
beforeAll(async () => {
  supabase = await startSupabase();
});
afterAll(() => supabase.stop());

/** Everything that the user can see, which is everything that there is for them. */
async function belongings(client: SupabaseClient) {
  const { data: profiles } = await client.from('profiles').select('id, name, avatar_url');
  const { data: workspaces } = await client
    .from('workspaces')
    .select('name, kind, members(user_id, role), agents(name, tools, model)')
    .order('created_at', { referencedTable: 'agents' });
  return { profiles, workspaces };
}
const personalWorkspaceOf = (userId: string | undefined) => ({
  name: 'Personal',
  kind: 'personal',
  members: [{ user_id: userId, role: 'owner' }],
  agents: [
    { name: 'Personal Assistant', tools: ['current_time', 'ask_user', 'switch_theme'], model: 'default' },
    { name: 'Editor', tools: [], model: 'default' },
  ],
});

describe('a new user', () => {
  it('who signs up by e-mail has a profile, one workspace and two agents', async () => {
    const client = keyOnlyClient(supabase);
    const options = { data: { full_name: ' Ada Lovelace ', avatar_url: 'https://example.com/ada.png' } };

    const { data } = await client.auth.signUp({ email: 'ada@example.com', password: 'correct horse', options });

    expect(await belongings(client)).toEqual({
      profiles: [{ id: data.user?.id, name: 'Ada Lovelace', avatar_url: 'https://example.com/ada.png' }],
      workspaces: [personalWorkspaceOf(data.user?.id)],
    });
  });

  it('who stays anonymous has the same, without a name', async () => {
    const client = keyOnlyClient(supabase);

    const { data } = await client.auth.signInAnonymously();

    expect(data.user?.is_anonymous).toBe(true);
    expect(await belongings(client)).toEqual({
      profiles: [{ id: data.user?.id, name: null, avatar_url: null }],
      workspaces: [personalWorkspaceOf(data.user?.id)],
    });
  });

  it('is named by the address if by nothing else', async () => {
    const client = keyOnlyClient(supabase);

    await client.auth.signUp({ email: 'grace.hopper@example.com', password: 'correct horse' });

    expect((await belongings(client)).profiles).toMatchObject([{ name: 'grace.hopper' }]);
  });

  it('has no second workspace after signing in again', async () => {
    const credentials = { email: 'alan@example.com', password: 'correct horse' };
    await keyOnlyClient(supabase).auth.signUp(credentials);
    const client = keyOnlyClient(supabase);

    await client.auth.signInWithPassword(credentials);
    await client.auth.refreshSession();

    expect((await belongings(client)).workspaces).toHaveLength(1);
  });

  it('keeps everything when an anonymous account becomes a permanent one', async () => {
    const client = keyOnlyClient(supabase);
    const { data: anonymous } = await client.auth.signInAnonymously();
    const before = await belongings(client);

    const { error } = await client.auth.updateUser({ email: 'Kurt@example.com', password: 'correct horse' });
    const again = keyOnlyClient(supabase);
    const { data: permanent } = await again.auth.signInWithPassword({
      email: 'kurt@example.com',
      password: 'correct horse',
    });

    expect(error).toBeNull();
    expect(permanent.user).toMatchObject({ id: anonymous.user?.id, is_anonymous: false, email: 'kurt@example.com' });
    expect(await belongings(again)).toEqual(before);
  });

  it('takes everything along when deleted', async () => {
    const client = keyOnlyClient(supabase);
    const service = serviceClient(supabase);
    const { data } = await client.auth.signInAnonymously();
    const userId = data.user?.id ?? '';
    const { data: workspaces } = await client.from('workspaces').select('id, agents(id)');
    const row = { workspace_id: workspaces?.[0]?.id, agent_id: workspaces?.[0]?.agents[0]?.id };
    const thread = await client.from('threads').insert(row);

    const { error } = await service.auth.admin.deleteUser(userId);

    const left = await Promise.all([
      service.from('profiles').select('id').eq('id', userId),
      service.from('members').select('role').eq('user_id', userId),
      service.from('workspaces').select('id').eq('id', row.workspace_id),
      service.from('threads').select('id').eq('user_id', userId),
    ]);
    expect([thread.error, error]).toEqual([null, null]);
    expect(left.map((answer) => answer.data)).toEqual([[], [], [], []]);
  });
});
