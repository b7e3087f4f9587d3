import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBuiltinTool } from '#core/domain/builtin-tools.ts';
import { agentStoreContract } from '#core/ports/agent-store.contract.ts';
import { catalogStoreContract } from '#core/ports/catalog-store.contract.ts';
import { newPerson } from '#core/ports/directory-world.contract.ts';
import { guidanceStoresContract } from '#core/ports/guidance-store.contract.ts';
import { newId } from '#core/ports/samples.contract.ts';
import { aDraft, allPages, newTeamCompany, type TeamWorld } from '#core/ports/team-world.contract.ts';
import { UserId } from '#core/protocol/ids.ts';
import { startSupabase, type TestSupabase } from '#local/supabase/start-for-test.ts';
import { createSupabaseAccessMinter } from './access-minter.ts';
import { createSupabaseApiKeyStore, createSupabaseApiKeyVerifier } from './supabase-api-keys.ts';
import { createSupabaseDirectory } from './supabase-directory.ts';
import { createSupabaseTeam } from './supabase-team.ts';
import { createSupabaseWorkspaceStore } from './supabase-workspace-store.ts';
import { ownProjectsOf } from './testing.ts';

let supabase: TestSupabase;
beforeAll(async () => {
  supabase = await startSupabase();
});
afterAll(() => supabase?.stop());

const options = { auth: { persistSession: false, autoRefreshToken: false } };
const service = () => createClient(supabase.url, supabase.secretKey, options);

async function createWorld(): Promise<TeamWorld> {
  const minter = createSupabaseAccessMinter(supabase, Date.now);
  return {
    ...createSupabaseTeam(supabase, ownProjectsOf(supabase)),
    store: createSupabaseWorkspaceStore(supabase, ownProjectsOf(supabase)),
    directory: createSupabaseDirectory(supabase, ownProjectsOf(supabase), Date.now),
    apiKeys: createSupabaseApiKeyStore(supabase),
    verifier: createSupabaseApiKeyVerifier(supabase, () => minter.forSystem('api_keys'), Date.now),
    minter,
    async makePlatformAdmin(userId) {
      const { error } = await service().from('platform_admins').insert({ user_id: userId });
      if (error) throw error;
    },
    async signUp({ name = 'Somebody' } = {}) {
      const email = `${crypto.randomUUID()}@example.com`;
      const account = { email, email_confirm: true, user_metadata: { name } };
      const { data } = await service().auth.admin.createUser(account);
      const issuedAtMs = Date.now();
      const expiresAtMs = issuedAtMs + 3_600_000;
      return {
        kind: 'person',
        userId: UserId.parse(data.user?.id),
        isAnonymous: false,
        email,
        issuedAtMs,
        expiresAtMs,
      };
    },
  };
}

agentStoreContract('Supabase', createWorld);
catalogStoreContract('Supabase', createWorld);
guidanceStoresContract('Supabase', createWorld);

describe('what the migrations bring', () => {
  it('are at least twelve agents to hire, with prompts worth the name and tools that there are', async () => {
    const world = await createWorld();
    const somebody = await newPerson(world);

    const agents = await allPages((page) => world.catalog.list(somebody.access, { hiredOnly: false, ...page }));
    const departments = await world.catalog.departments(somebody.access);

    const seeded = agents.filter(({ slug }) => !slug.startsWith('x-'));
    expect(seeded.length).toBeGreaterThanOrEqual(12);
    expect(new Set(seeded.map(({ department }) => department))).toEqual(new Set(departments.map(({ name }) => name)));
    expect(seeded.filter(({ isHead }) => isHead)).toHaveLength(departments.length);
    for (const { content } of seeded) {
      expect(content.instructions.length).toBeGreaterThan(800);
      expect(content.tools.filter((tool) => !isBuiltinTool(tool))).toEqual([]);
      expect(content.avatar).toMatch(/^\p{RGI_Emoji}$/v);
    }
  });

  it('are skills in each workspace that nobody changes or deletes', async () => {
    const world = await createWorld();
    const acme = await newTeamCompany(world);

    const { data } = await world.skills.list(acme.owner.access, { workspaceId: acme.id, limit: 100 });

    expect(data.map(({ name }) => name)).toEqual(['decision-memo', 'meeting-minutes', 'plan-a-project']);
    for (const { id, isSystem } of data) {
      expect(isSystem).toBe(true);
      expect(await world.skills.update(acme.owner.access, id, { content: 'x' })).toBeNull();
      expect(await world.skills.remove(acme.owner.access, id)).toBe(false);
    }
  });
});

it('writes agents, rules, skills and memories into the audit log, and no content with them', async () => {
  const world = await createWorld();
  const acme = await newTeamCompany(world);
  const { access } = acme.owner;
  const draft = { ...aDraft({ instructions: 'A secret recipe.' }), id: newId('agt'), workspaceId: acme.id };

  const agent = await world.agents.add(access, draft);
  await world.agents.update(access, agent.id, 1, { role: 'Cook' });
  await world.agents.setStatus(access, agent.id, 'dismissed');
  await world.skills.add(access, {
    id: newId('skl'),
    workspaceId: acme.id,
    name: 'cook',
    description: 'x',
    content: 'x',
  });
  const { data } = await world.directory.auditLog(access, { workspaceId: acme.id, limit: 100 });

  const actions = data.map(({ action }) => action).filter((action) => !/^(member|invitation|workspace)/.test(action));
  expect(actions).toEqual(['skill.added', 'agent.dismissed', 'agent.changed', 'agent.added']);
  expect(data.find(({ action }) => action === 'agent.changed')).toMatchObject({
    actorId: acme.owner.id,
    subject: agent.id,
    details: { version: 2, fields: ['role'] },
  });
  expect(JSON.stringify(data)).not.toContain('secret');
});

it('takes no agents, rules or memories from a person who goes past the API', async () => {
  const world = await createWorld();
  const acme = await newTeamCompany(world);
  const agent = await world.agents.add(acme.owner.access, { ...aDraft(), id: newId('agt'), workspaceId: acme.id });
  const past = createClient(supabase.url, supabase.publishableKey, options);
  const { data: link } = await service().auth.admin.updateUserById(acme.owner.id, { password: 'correct horse 1' });
  await past.auth.signInWithPassword({ email: link.user?.email ?? '', password: 'correct horse 1' });
  const place = { workspace_id: acme.id, agent_id: agent.id };

  const seen = await past.from('agents').select('id').eq('id', agent.id);
  const answers = [
    await past.from('agents').insert({ workspace_id: acme.id, name: 'Mine', model: 'no/such' }),
    await past.from('rules').insert({ ...place, kind: 'always', text: 'x' }),
    await past.from('memories').insert({ ...place, path: 'x', content: 'x' }),
    await past.rpc('write_memory', { p_agent_id: agent.id, p_path: 'x', p_content: 'x' }),
    await past.rpc('hire_agent', {
      p_workspace_id: acme.id,
      p_catalog_agent_id: newId('cat'),
      p_agent_id: newId('agt'),
    }),
  ];
  const changed = await past
    .from('agents')
    .update({ settings: { garbage: true } })
    .eq('id', agent.id)
    .select();

  expect(seen.data).toEqual([{ id: agent.id }]);
  expect(answers.map(({ error }) => error?.code)).toEqual(answers.map(() => '42501'));
  expect(changed.data).toEqual([]);
});
