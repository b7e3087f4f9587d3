import { randomUUID } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, sampleThread } from '#core/ports/samples.contract.ts';
import { workspaceStoreContract } from '#core/ports/workspace-store.contract.ts';
import { settledConversation, type WorkspaceWorld } from '#core/ports/workspace-world.contract.ts';
import { UserId, type WorkspaceId } from '#core/protocol/ids.ts';
import type { Role } from '#core/protocol/workspace.ts';
import { startSupabase, type TestSupabase } from '#local/supabase/start-for-test.ts';
import { createSupabaseAccessMinter } from './access-minter.ts';
import { accessThere } from './own-projects.ts';
import { createSupabaseAgentStore } from './supabase-agent-store.ts';
import { createSupabaseDirectory } from './supabase-directory.ts';
import { createSupabaseMemoryStore } from './supabase-memory-store.ts';
import { createSupabaseWorkspaceStore } from './supabase-workspace-store.ts';
import { ownProjectsOf, setProject } from './testing.ts';

let supabase: TestSupabase;
let own: TestSupabase;
let elsewhere: WorkspaceWorld;
const at = '2026-11-21T09:00:00.000Z';
const memories = () => createSupabaseMemoryStore(supabase, ownProjectsOf(supabase));

beforeAll(async () => {
  supabase = await startSupabase();
});
afterAll(() => Promise.all([supabase?.stop(), own?.stop()]));

async function createWorld(workspaceIdGiven = newId('wsp')): Promise<WorkspaceWorld> {
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const admin = createClient(supabase.url, supabase.secretKey, options);
  const must = <Data>({ data, error }: { data: Data; error: unknown }): NonNullable<Data> => {
    if (error || !data) throw error ?? new Error('no data');
    return data;
  };
  const person = async (name: string) => {
    const client = createClient(supabase.url, supabase.publishableKey, options);
    const email = `${randomUUID()}@example.com`;
    const { user } = must(await client.auth.signUp({ email, password: 'long enough' }));
    const userId = UserId.parse(user?.id);
    must(await admin.from('profiles').update({ name }).eq('id', userId).select());
    return { userId, isAnonymous: false, name };
  };
  const workspace = async (name: string, id: WorkspaceId, members: { userId: UserId; role: string }[]) => {
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
  const workspaceId = await workspace('Ours', workspaceIdGiven, [
    { userId: owner.userId, role: 'owner' },
    { userId: colleague.userId, role: 'member' },
  ]);
  const foreignId = await workspace('Theirs', newId('wsp'), [{ userId: stranger.userId, role: 'owner' }]);
  const project = { url: supabase.url, publishableKey: supabase.publishableKey, jwtSecret: supabase.jwtSecret };
  return {
    store: createSupabaseWorkspaceStore(project, ownProjectsOf(project)),
    access: createSupabaseAccessMinter(project, Date.now),
    owner,
    colleague,
    stranger,
    workspaceId,
    agentId: await agent(workspaceId),
    foreignAgentId: await agent(foreignId),
  };
}

workspaceStoreContract('Supabase', () => createWorld());

/** The same with a project of the workspace's own. */
async function createWorldElsewhere(): Promise<WorkspaceWorld> {
  const workspaceId = newId('wsp');
  own = await startSupabase({ ofWorkspace: workspaceId });
  elsewhere = await createWorld(workspaceId);
  const world = elsewhere;
  await setProject(supabase, await world.access.forUser(world.owner), workspaceId, own);
  return world;
}

workspaceStoreContract('Supabase, with the workspace’s own project', createWorldElsewhere);

const admin = (at: TestSupabase) => createClient(at.url, at.secretKey, { auth: { persistSession: false } });
const count = async (at: TestSupabase, table: string) =>
  (await admin(at).from(table).select('*', { count: 'exact', head: true }).eq('workspace_id', elsewhere.workspaceId))
    .count;

describe('a workspace’s own project', () => {
  it('has what is said, and the platform’s database who may see it', async () => {
    const [items, runs] = [await count(own, 'items'), await count(own, 'runs')];

    expect(items).toBeGreaterThan(0);
    expect(runs).toBeGreaterThan(0);
    expect([await count(supabase, 'items'), await count(supabase, 'runs')]).toEqual([0, 0]);
    const stubs = admin(supabase)
      .from('threads')
      .select('title, checkpoint_seq')
      .eq('workspace_id', elsewhere.workspaceId);
    const { data } = await stubs;
    expect(data?.length).toBe(await count(own, 'threads'));
    expect(data?.filter(({ title, checkpoint_seq }) => title !== null || checkpoint_seq !== 0)).toEqual([]);
  });

  it('lets nobody in but those whom the platform sends as members of its workspace', async () => {
    const { workspaceId, owner, colleague, stranger, agentId } = elsewhere;
    const access = await elsewhere.access.forUser(owner);
    const thread = sampleThread({ workspaceId, agentId, title: 'Secret' });
    await elsewhere.store.addThread(access, thread, owner.userId);
    const ofThread = await elsewhere.access.forThread(owner, thread.id);
    await elsewhere.store.project(ofThread, thread.id, settledConversation(elsewhere, thread.id, 1).projection);
    await memories().write(ofThread, agentId, 'a.md', 'Secret too');
    const account = await createClient(own.url, own.publishableKey, { auth: { persistSession: false } }).auth.signUp({
      email: 'own@example.com',
      password: 'long enough',
      options: {
        data: { troupe_access: 'platform', troupe_project_workspace_id: workspaceId, troupe_project_role: 'owner' },
      },
    });
    const there = (
      person: { userId: UserId; isAnonymous: boolean },
      of: WorkspaceId,
      role: Role | null,
      secret = own.jwtSecret,
    ) =>
      elsewhere.access
        .forUser(person)
        .then((given) => accessThere(given, of, role, { url: own.url, jwtSecret: secret }))
        .then(({ token }) => token);
    const actors: [string, string | null, number | 'refused', number | 'refused'][] = [
      ['the owner', await there(owner, workspaceId, 'owner'), 1, 1],
      ['a member', await there(colleague, workspaceId, 'member'), 0, 1],
      ['a token for another workspace', await there(stranger, newId('wsp'), 'owner'), 0, 0],
      ['a token that names no role', await there(owner, workspaceId, null), 0, 0],
      ['the platform’s own access', (await elsewhere.access.forUser(owner)).token, 'refused', 'refused'],
      ['a secret of elsewhere', await there(owner, workspaceId, 'owner', 'x'.repeat(64)), 'refused', 'refused'],
      ['an account of the project', account.data.session?.access_token ?? '', 0, 0],
      ['nobody', null, 'refused', 'refused'],
    ];

    for (const [name, token, threads, remembered] of actors) {
      const client = createClient(own.url, own.publishableKey, {
        auth: { persistSession: false },
        ...(token && { accessToken: async () => token }),
      });
      const seen = async (table: string, column: string, value: string) => {
        const { data, error } = await client.from(table).select('*').eq(column, value);
        return error ? 'refused' : data.length;
      };
      expect([name, await seen('threads', 'id', thread.id)]).toEqual([name, threads]);
      expect([name, await seen('runs', 'thread_id', thread.id)]).toEqual([name, threads]);
      const items = await seen('items', 'thread_id', thread.id);
      expect([name, items === 2 ? 1 : items]).toEqual([name, threads]);
      expect([name, await seen('memories', 'agent_id', agentId)]).toEqual([name, remembered]);
      const forged = { ...thread, id: newId('thr') };
      const inserted = await client
        .from('threads')
        .insert({ id: forged.id, workspace_id: newId('wsp'), agent_id: agentId });
      expect([name, inserted.error === null]).toEqual([name, false]);
      const written = await client.rpc('project_thread', {
        p_thread_id: thread.id,
        p_items: [],
        p_runs: [],
        p_checkpoint_seq: 99,
      });
      expect([name, written.error === null]).toEqual([name, false]);
      const renamed = await client.from('threads').update({ title: 'Mine' }).eq('id', thread.id).select();
      expect([name, renamed.data?.length ?? 0]).toEqual([name, threads === 1 ? 1 : 0]);
      for (const [rpc, given] of [
        ['take_thread', { p_moved: {} }],
        ['take_memories', { p_rows: [] }],
        ['drop_memories', { p_rows: [] }],
        ['drop_thread', { p_thread_id: thread.id }],
      ] as const)
        expect([name, rpc, (await client.rpc(rpc, given)).error === null]).toEqual([name, rpc, false]);
    }
  });

  it('keeps the memories of agents: a run reads and writes them there, and nobody else’s', async () => {
    const { workspaceId, agentId, owner, colleague, stranger } = elsewhere;
    const access = await elsewhere.access.forUser(owner);
    const thread = sampleThread({ workspaceId, agentId });
    await elsewhere.store.addThread(access, thread, owner.userId);
    const run = await elsewhere.access.forThread(owner, thread.id);
    const agents = createSupabaseAgentStore(supabase, ownProjectsOf(supabase));

    const first = await memories().write(run, agentId, 'customers/acme.md', 'Acme likes teal.');
    const again = await memories().write(run, agentId, 'customers/acme.md', 'Acme likes teal.');
    await memories().write(access, agentId, 'customers/bolt.md', 'Bolt likes teal too.');

    expect(again).toEqual(first);
    const listed = await memories().list(await elsewhere.access.forUser(colleague), agentId, {
      prefix: 'customers/',
      limit: 1,
    });
    expect(listed).toMatchObject({ data: [{ path: 'customers/acme.md' }], nextCursor: expect.any(String) });
    expect(await memories().search(access, agentId, 'teal', 10)).toHaveLength(2);
    expect(await memories().read(access, agentId, 'customers/acme.md')).toMatchObject({ content: 'Acme likes teal.' });
    const context = await agents.context(access, agentId);
    expect(context?.agents[0]).toMatchObject({
      memories: expect.arrayContaining([expect.objectContaining({ path: 'customers/bolt.md' })]),
    });
    expect(await memories().remove(access, agentId, 'customers/bolt.md')).toBe(true);
    expect(await memories().list(await elsewhere.access.forUser(stranger), agentId, { limit: 10 })).toMatchObject({
      data: [],
    });
    await expect(
      memories().write(await elsewhere.access.forUser(colleague), agentId, 'x.md', 'x'),
    ).rejects.toMatchObject({ code: 'forbidden' });
    expect(await count(supabase, 'memories')).toBe(0);
  });

  it('shows a removed member nothing any more, whatever the project knows', async () => {
    const { store, access, colleague, workspaceId, agentId } = elsewhere;
    const theirs = await access.forUser(colleague);
    const thread = {
      id: newId('thr'),
      workspaceId,
      agentId,
      title: 'Theirs',
      status: 'active',
      createdAt: at,
      updatedAt: at,
    } as const;
    await store.addThread(theirs, thread, colleague.userId);
    expect(await store.thread(theirs, thread.id)).toMatchObject({ title: 'Theirs' });

    await admin(supabase).from('members').delete().eq('workspace_id', workspaceId).eq('user_id', colleague.userId);

    expect([await store.thread(theirs, thread.id), await store.openThread(theirs, thread.id, 5)]).toEqual([null, null]);
    expect((await store.threads(theirs, { workspaceId, limit: 5 })).data).toEqual([]);
    expect(await memories().list(theirs, agentId, { limit: 5 })).toMatchObject({ data: [] });
  });

  it('is emptied when the workspace is deleted, and not before the platform has agreed', async () => {
    const { access, owner, workspaceId } = elsewhere;
    const asOwner = await access.forUser(owner);
    const directory = createSupabaseDirectory(supabase, ownProjectsOf(supabase), Date.now);

    const refused = await directory.deleteWorkspace(asOwner, workspaceId, { name: 'Wrong', withoutExport: true });
    const before = await count(own, 'threads');
    const deleted = await directory.deleteWorkspace(asOwner, workspaceId, { name: 'Ours', withoutExport: true });

    expect([refused, deleted]).toEqual(['name_mismatch', 'ok']);
    expect(before).toBeGreaterThan(0);
    for (const table of ['threads', 'items', 'runs', 'memories'])
      expect([table, await count(own, table)]).toEqual([table, 0]);
  });
});

it('says that it is not there when the project does not answer', async () => {
  const world = await createWorld();
  const nowhere = { url: 'http://127.0.0.1:1234', publishableKey: 'sb_publishable_none' };
  const dead = createSupabaseWorkspaceStore(nowhere, ownProjectsOf(nowhere));

  const asked = world.access.forUser(world.owner).then((access) => dead.agents(access, world.workspaceId));

  await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
  await expect(dead.ping()).rejects.toMatchObject({ code: 'unavailable' });
});
