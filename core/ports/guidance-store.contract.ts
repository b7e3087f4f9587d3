import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentId, SkillId } from '../protocol/ids.ts';
import { maxMemoryBytes } from '../protocol/memory.ts';
import type { RuleDraft } from '../protocol/rule.ts';
import type { DataAccess } from './identity.ts';
import { newId } from './samples.contract.ts';
import { aDraft, allPages, newTeamCompany, type TeamCompany, type TeamWorld } from './team-world.contract.ts';

export function guidanceStoresContract(name: string, create: () => Promise<TeamWorld>): void {
  describe(`${name} as the stores of rules, skills and memories`, () => {
    let world: TeamWorld;
    let acme: TeamCompany;
    let owner: DataAccess;
    let agentId: AgentId;
    let foreignAgentId: AgentId;
    beforeAll(async () => {
      world = await create();
      acme = await newTeamCompany(world);
      owner = acme.owner.access;
      agentId = await newAgent(acme);
      foreignAgentId = await newAgent(await newTeamCompany(world));
    });

    async function newAgent(company: TeamCompany): Promise<AgentId> {
      const agent = { ...aDraft(), id: newId('agt'), workspaceId: company.id };
      return (await world.agents.add(company.owner.access, agent)).id;
    }

    describe('rules', () => {
      const draft = (changes: Partial<RuleDraft> = {}): RuleDraft => ({
        workspaceId: acme.id,
        agentId: null,
        kind: 'always',
        text: 'be kind',
        respondWith: null,
        priority: 100,
        enabled: true,
        ...changes,
      });
      const add = (changes: Partial<RuleDraft> = {}) => world.rules.add(owner, { ...draft(changes), id: newId('rul') });

      it('are read by members and written by owners and admins', async () => {
        const rule = await add({ kind: 'when', text: 'asked for the price', respondWith: 'ask for the size' });
        const { id: _, createdAt, updatedAt, workspaceId, agentId: ofAgent, ...content } = rule;
        const run = await acme.runOf(acme.owner, agentId);

        for (const access of [...acme.others, run]) {
          await expect(world.rules.add(access, { ...draft(), id: newId('rul') })).rejects.toMatchObject({
            code: 'forbidden',
          });
          expect(await world.rules.update(access, rule.id, content)).toBeNull();
          expect(await world.rules.remove(access, rule.id)).toBe(false);
        }
        expect(await world.rules.get(acme.member.access, rule.id)).toEqual(rule);
        expect(await world.rules.get(acme.stranger.access, rule.id)).toBeNull();
        const changed = await world.rules.update(acme.admin.access, rule.id, { ...content, enabled: false });
        expect(changed).toMatchObject({ ...content, enabled: false });
        expect(await world.rules.remove(acme.admin.access, rule.id)).toBe(true);
        expect(await world.rules.remove(acme.admin.access, rule.id)).toBe(false);
      });

      it('come by priority, then by age, page by page, and narrow to an agent', async () => {
        const here = await newTeamCompany(world);
        const [mine, other] = [await newAgent(here), await newAgent(here)];
        const inPlace = (changes: Partial<RuleDraft>) =>
          world.rules.add(here.owner.access, { ...draft({ workspaceId: here.id, ...changes }), id: newId('rul') });
        await inPlace({ text: 'late', priority: 900 });
        await inPlace({ text: 'other', agentId: other });
        await inPlace({ text: 'mine', agentId: mine });
        await inPlace({ text: 'off', priority: 7, enabled: false });
        await inPlace({ text: 'early', priority: 1 });
        const list = (agent?: AgentId) =>
          allPages((page) => world.rules.list(here.member.access, { workspaceId: here.id, agentId: agent, ...page }));

        const texts = (await list()).map(({ text }) => text);

        expect(texts).toHaveLength(5);
        expect([texts[0], texts[1], texts[4]]).toEqual(['early', 'off', 'late']);
        expect((await list(mine)).map(({ text }) => text)).toEqual(['early', 'off', 'mine', 'late']);
        const context = await world.agents.context(here.member.access, mine);
        expect(context?.agents[0]?.rules.map(({ text }) => text)).toEqual(['early', 'mine', 'late']);
        expect((await world.rules.list(here.stranger.access, { workspaceId: here.id, limit: 9 })).data).toEqual([]);
        await expect(
          world.rules.list(here.owner.access, { workspaceId: here.id, cursor: 'nonsense', limit: 9 }),
        ).rejects.toMatchObject({ code: 'invalid_request' });
      });

      it('are added once for the same request, and not for an agent of elsewhere', async () => {
        const clientRequestId = crypto.randomUUID();
        const first = await world.rules.add(owner, { ...draft(), id: newId('rul'), clientRequestId });
        const again = await world.rules.add(owner, { ...draft(), id: newId('rul'), clientRequestId });
        const other = { ...draft({ text: 'other' }), id: newId('rul'), clientRequestId };

        expect(again).toEqual(first);
        await expect(world.rules.add(owner, other)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
        await expect(add({ agentId: foreignAgentId })).rejects.toMatchObject({ code: 'conflict' });
      });
    });

    describe('skills', () => {
      const add = (skillName: string, access = owner, workspaceId = acme.id) =>
        world.skills.add(access, {
          id: newId('skl'),
          workspaceId,
          name: skillName,
          description: `How to ${skillName}.`,
          content: '# Steps',
        });
      const namesOf = async (agent: AgentId) =>
        (await world.skills.list(acme.member.access, { workspaceId: acme.id, agentId: agent, limit: 100 })).data.map(
          (skill) => skill.name,
        );

      it('are read by members and written by owners and admins', async () => {
        const skill = await add('greet');
        const run = await acme.runOf(acme.owner, agentId);

        for (const access of [...acme.others, run]) {
          await expect(add('steal', access)).rejects.toMatchObject({ code: 'forbidden' });
          expect(await world.skills.update(access, skill.id, { content: 'x' })).toBeNull();
          expect(await world.skills.remove(access, skill.id)).toBe(false);
        }
        await expect(world.skills.assign(acme.member.access, agentId, [skill.id])).rejects.toMatchObject({
          code: 'forbidden',
        });
        await expect(world.skills.assign(acme.stranger.access, agentId, [skill.id])).rejects.toMatchObject({
          code: 'not_found',
        });
        expect(await world.skills.get(acme.member.access, skill.id)).toEqual(skill);
        expect(await world.skills.get(acme.stranger.access, skill.id)).toBeNull();
        const changed = await world.skills.update(acme.admin.access, skill.id, { content: '# New' });
        expect(changed).toMatchObject({ name: 'greet', content: '# New' });
        expect(await world.skills.remove(acme.admin.access, skill.id)).toBe(true);
        expect(await world.skills.get(owner, skill.id)).toBeNull();
      });

      it('have a name of their own in their workspace', async () => {
        const elsewhere = await newTeamCompany(world);
        const skill = await add('unique');
        const second = await add('second');

        await expect(add('unique')).rejects.toMatchObject({ code: 'conflict' });
        await expect(world.skills.update(owner, second.id, { name: 'unique' })).rejects.toMatchObject({
          code: 'conflict',
        });
        expect((await add('unique', elsewhere.owner.access, elsewhere.id)).name).toBe(skill.name);
      });

      it('are assigned to agents, which load them by name', async () => {
        const agent = await newAgent(acme);
        const ids: SkillId[] = [];
        for (const skillName of ['zip', 'add', 'mix']) ids.push((await add(skillName)).id);
        const [zip = newId('skl'), addition = newId('skl'), mix = newId('skl')] = ids;
        const elsewhere = await newTeamCompany(world);
        const foreign = await add('foreign', elsewhere.owner.access, elsewhere.id);

        await world.skills.assign(owner, agent, [zip, addition]);
        const first = await namesOf(agent);
        await world.skills.assign(owner, agent, [addition, mix]);
        await expect(world.skills.assign(owner, agent, [foreign.id])).rejects.toMatchObject({ code: 'conflict' });

        expect(first).toEqual(['add', 'zip']);
        expect(await namesOf(agent)).toEqual(['add', 'mix']);
        const { member, stranger } = acme;
        expect(await world.skills.ofAgent(member.access, agent, 'mix')).toMatchObject({ content: '# Steps' });
        expect(await world.skills.ofAgent(member.access, agent, 'zip')).toBeNull();
        expect(await world.skills.ofAgent(stranger.access, agent, 'mix')).toBeNull();
        const context = await world.agents.context(member.access, agent);
        expect(context?.agents[0]?.skills).toEqual([
          { id: addition, name: 'add', description: 'How to add.' },
          { id: mix, name: 'mix', description: 'How to mix.' },
        ]);
      });

      it('are listed by name, page by page, each once', async () => {
        const here = await newTeamCompany(world);
        for (const skillName of ['y-one', 'y-two', 'y-three']) await add(skillName, here.owner.access, here.id);

        const all = await allPages((page) => world.skills.list(here.member.access, { workspaceId: here.id, ...page }));

        const names = all.map((skill) => skill.name);
        expect(names.filter((each) => each.startsWith('y-'))).toEqual(['y-one', 'y-three', 'y-two']);
        expect(new Set(names).size).toBe(names.length);
      });
    });

    describe('memories', () => {
      const write = (path: string, content: string, access = owner, agent = agentId) =>
        world.memories.write(access, agent, path, content);

      it('are written by runs, owners and admins, and read by members', async () => {
        const run = await acme.runOf(acme.member, agentId);

        const memory = await write('people/olga.md', 'Likes tea. Ünïcode.', run);

        expect(memory).toMatchObject({ path: 'people/olga.md', bytes: 21, content: 'Likes tea. Ünïcode.' });
        expect(await world.memories.read(acme.member.access, agentId, memory.path)).toEqual(memory);
        expect(await world.memories.read(acme.stranger.access, agentId, memory.path)).toBeNull();
        expect((await write(memory.path, 'Likes coffee.', acme.admin.access)).content).toBe('Likes coffee.');
        await expect(write(memory.path, 'x', acme.member.access)).rejects.toMatchObject({ code: 'forbidden' });
        await expect(write(memory.path, 'x', acme.stranger.access)).rejects.toMatchObject({ code: 'not_found' });
        await expect(write('x', 'x', run, foreignAgentId)).rejects.toMatchObject({ code: 'not_found' });
        for (const access of [...acme.others, run])
          expect(await world.memories.remove(access, agentId, memory.path)).toBe(false);
        expect(await world.memories.remove(owner, agentId, memory.path)).toBe(true);
        expect(await world.memories.read(owner, agentId, memory.path)).toBeNull();
      });

      it('are not written by a run whose person belongs to another workspace', async () => {
        const elsewhere = await newTeamCompany(world);
        const run = await elsewhere.runOf(elsewhere.owner, await newAgent(elsewhere));

        await expect(write('x.md', 'x', run)).rejects.toMatchObject({ code: 'not_found' });
      });

      it('stay as they are when the same is written again', async () => {
        const first = await write('same.md', 'Same.');
        const again = await write('same.md', 'Same.');
        const changed = await write('same.md', 'Other.');

        expect(again).toEqual(first);
        expect(Date.parse(changed.updatedAt)).toBeGreaterThanOrEqual(Date.parse(first.updatedAt));
      });

      it('are listed by path, page by page, and by prefix; the newest are in the context', async () => {
        const agent = await newAgent(acme);
        for (const path of ['b/two.md', 'a.md', 'b/one.md', 'b_/x.md']) await write(path, path, owner, agent);
        const list = (prefix?: string) =>
          allPages((page) => world.memories.list(acme.member.access, agent, { prefix, ...page }));

        const paths = (await list()).map(({ path }) => path);
        const context = await world.agents.context(acme.member.access, agent);

        expect(paths.toSorted()).toEqual(['a.md', 'b/one.md', 'b/two.md', 'b_/x.md']);
        expect((await list('b/')).map(({ path }) => path)).toEqual(['b/one.md', 'b/two.md']);
        expect((await list('b_')).map(({ path }) => path)).toEqual(['b_/x.md']);
        expect(await allPages((page) => world.memories.list(acme.stranger.access, agent, page))).toEqual([]);
        expect(context?.agents[0]).toMatchObject({ memoryCount: 4 });
        expect(context?.agents[0]?.memories.map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
      });

      it('are found by words in content and path', async () => {
        const agent = await newAgent(acme);
        await write('customers/acme.md', 'They pay late, and by invoice only.', owner, agent);
        await write('notes.md', 'Acme has a blue door.', owner, agent);
        const find = async (query: string, access = acme.member.access) =>
          (await world.memories.search(access, agent, query, 10)).map(({ path }) => path).toSorted();

        expect(await find('acme')).toEqual(['customers/acme.md', 'notes.md']);
        expect(await find('INVOI late')).toEqual(['customers/acme.md']);
        expect(await find("'); drop table memories; --")).toEqual([]);
        expect(await find('&|!:*')).toEqual([]);
        expect(await find('acme', acme.stranger.access)).toEqual([]);
        const [hit] = await world.memories.search(owner, agent, 'blue', 1);
        expect(hit?.excerpt).toContain('blue door');
      });

      it('have a limit for all of them', async () => {
        const agent = await newAgent(acme);
        const block = 'x'.repeat(maxMemoryBytes);
        for (let count = 0; count < 64; count += 1) await write(`${count}.md`, block, owner, agent);

        await expect(write('more.md', 'x', owner, agent)).rejects.toMatchObject({ code: 'input_too_large' });
        expect((await write('0.md', 'less', owner, agent)).bytes).toBe(4);
        expect((await write('more.md', 'x', owner, agent)).bytes).toBe(1);
      });
    });
  });
}
