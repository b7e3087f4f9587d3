import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#core/ports/samples.contract.ts';
import { workspaceStoreContract } from '#core/ports/workspace-store.contract.ts';
import type { WorkspaceWorld } from '#core/ports/workspace-world.contract.ts';
import { UserId, type WorkspaceId } from '#core/protocol/ids.ts';
import { startSupabase, type TestSupabase } from '#local/supabase/start-for-test.ts';
import { createSupabaseAccessMinter } from './access-minter.ts';
import { createSupabaseWorkspaceStore } from './supabase-workspace-store.ts';

let supabase: TestSupabase;

beforeAll(async () => {
  supabase = await startSupabase();
});
afterAll(() => supabase?.stop());

async function createWorld(): Promise<WorkspaceWorld> {
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const admin = createClient(supabase.url, supabase.secretKey, options);
  const must = <Data>({ data, error }: { data: Data; error: unknown }): NonNullable<Data> => {
    if (error || !data) throw error ?? new Error('no data');
    return data;
  };
  const person = async (name: string) => {
    const client = createClient(supabase.url, supabase.publishableKey, options);
    const { user } = must(await client.auth.signInAnonymously());
    const userId = UserId.parse(user?.id);
    must(await admin.from('profiles').update({ name }).eq('id', userId).select());
    return { userId, isAnonymous: true, name };
  };
  const workspace = async (name: string, members: { userId: UserId; role: string }[]) => {
    const id = newId('wsp');
    must(await admin.from('workspaces').insert({ id, name, kind: 'company' }).select());
    const rows = members.map(({ userId, role }) => ({ workspace_id: id, user_id: userId, role }));
    must(await admin.from('members').insert(rows).select());
    return id;
  };
  const agent = async (workspaceId: WorkspaceId) => {
    const id = newId('agt');
    must(await admin.from('agents').insert({ id, workspace_id: workspaceId, name: 'Ada' }).select());
    return id;
  };
  const [owner, colleague, stranger] = [await person('Olga'), await person('Carl'), await person('Sven')];
  const workspaceId = await workspace('Ours', [
    { userId: owner.userId, role: 'owner' },
    { userId: colleague.userId, role: 'member' },
  ]);
  const foreignId = await workspace('Theirs', [{ userId: stranger.userId, role: 'owner' }]);
  const project = { url: supabase.url, publishableKey: supabase.publishableKey, jwtSecret: supabase.jwtSecret };
  return {
    store: createSupabaseWorkspaceStore(project),
    access: createSupabaseAccessMinter(project, Date.now),
    owner,
    colleague,
    stranger,
    workspaceId,
    agentId: await agent(workspaceId),
    foreignAgentId: await agent(foreignId),
  };
}

workspaceStoreContract('Supabase', createWorld);

it('says that it is not there when the project does not answer', async () => {
  const world = await createWorld();
  const dead = createSupabaseWorkspaceStore({ url: 'http://127.0.0.1:1234', publishableKey: 'sb_publishable_none' });

  const asked = world.access.forUser(world.owner).then((access) => dead.agents(access, world.workspaceId));

  await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
  await expect(dead.ping()).rejects.toMatchObject({ code: 'unavailable' });
});
