import { beforeAll, describe, expect, it } from 'vitest';
import type { Agent } from '../protocol/agent.ts';
import type { AgentDraft } from '../protocol/agent-content.ts';
import { newId } from './samples.contract.ts';
import { aDraft, allPages, newTeamCompany, type TeamCompany, type TeamWorld } from './team-world.contract.ts';

export function agentStoreContract(name: string, create: () => Promise<TeamWorld>): void {
  describe(`${name} as an agent store`, () => {
    let world: TeamWorld;
    let acme: TeamCompany;
    beforeAll(async () => {
      world = await create();
      acme = await newTeamCompany(world);
    });

    const add = (draft: Partial<AgentDraft> = {}): Promise<Agent> =>
      world.agents.add(acme.owner.access, { ...aDraft(draft), id: newId('agt'), workspaceId: acme.id });
    const everything = { status: 'all', hiredOnly: false, limit: 100 } as const;

    it('keeps an agent as it was written, as its first version', async () => {
      const target = await add();
      const agent = await add({
        name: 'Grace',
        role: 'Engineer',
        personality: 'Dry.',
        avatar: '🛠️',
        department: 'Engineering',
        model: 'demo/scripted',
        settings: { temperature: 0.5 },
        tools: ['current_time'],
        toolPolicies: { current_time: { approval: 'never' } },
        handoffs: [target.id],
        limits: { maxTurns: 3, maxSeconds: 60, maxTokens: 1000, maxCostUsd: 0.5 },
      });

      expect(await world.agents.get(acme.member.access, agent.id)).toEqual(agent);
      expect(await world.store.agent(acme.member.access, agent.id)).toEqual(agent);
      expect(agent).toMatchObject({ name: 'Grace', handoffs: [target.id], version: 1, status: 'active', origin: null });
      const [first, ...more] = (await world.agents.versions(acme.member.access, agent.id, { limit: 9 })).data;
      expect(first).toMatchObject({ version: 1, changed: [], restoredFrom: null, changedBy: acme.owner.id });
      expect(agent).toMatchObject(first?.content ?? {});
      expect(more).toEqual([]);
    });

    it('is read by members and written by owners and admins', async () => {
      const agent = await add();
      const { agents } = world;
      const draft = { ...aDraft(), workspaceId: acme.id };

      expect((await agents.add(acme.admin.access, { ...draft, id: newId('agt') })).version).toBe(1);
      for (const access of acme.others) {
        await expect(agents.add(access, { ...draft, id: newId('agt') })).rejects.toMatchObject({ code: 'forbidden' });
        expect(await agents.update(access, agent.id, 1, { name: 'Evil' })).toBeNull();
        expect(await agents.setStatus(access, agent.id, 'dismissed')).toBeNull();
      }
      expect(await agents.get(acme.member.access, agent.id)).toEqual(agent);
      expect(await agents.get(acme.stranger.access, agent.id)).toBeNull();
      expect(await agents.version(acme.stranger.access, agent.id, 1)).toBeNull();
      expect(await agents.versions(acme.stranger.access, agent.id, { limit: 9 })).toEqual({
        data: [],
        nextCursor: null,
      });
      expect(await agents.context(acme.stranger.access, agent.id)).toBeNull();
    });

    it('is not written by a run', async () => {
      const agent = await add();
      const run = await acme.runOf(acme.owner, agent.id);

      expect(await world.agents.update(run, agent.id, 1, { name: 'Evil' })).toBeNull();
      expect(await world.agents.get(run, agent.id)).toEqual(agent);
    });

    it('adds once for the same request, and refuses the request for another content', async () => {
      const request = { workspaceId: acme.id, clientRequestId: crypto.randomUUID() };

      const first = await world.agents.add(acme.owner.access, { ...aDraft(), id: newId('agt'), ...request });
      const again = await world.agents.add(acme.owner.access, { ...aDraft(), id: newId('agt'), ...request });
      const other = { ...aDraft({ name: 'Other' }), id: newId('agt'), ...request };

      expect(again).toEqual(first);
      await expect(world.agents.add(acme.owner.access, other)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
    });

    it('makes a version of each change, with who changed what', async () => {
      const { id } = await add({ name: 'Ada' });

      const changed = await world.agents.update(acme.admin.access, id, 1, { name: 'Ada L.', role: 'Poet' });
      const same = await world.agents.update(acme.admin.access, id, 2, { name: 'Ada L.' });
      const stale = await world.agents.update(acme.admin.access, id, 1, { name: 'Lost' });

      expect(changed).toMatchObject({ name: 'Ada L.', role: 'Poet', instructions: 'Be exact.', version: 2 });
      expect(same).toEqual(changed);
      expect(stale).toBeNull();
      const versions = await allPages((page) => world.agents.versions(acme.owner.access, id, page));
      expect(versions.map(({ version }) => version)).toEqual([2, 1]);
      expect(versions[0]).toMatchObject({ changed: ['name', 'role'], changedBy: acme.admin.id });
      expect(versions[1]?.content.name).toBe('Ada');
    });

    it('brings an old version back as a new one that says so', async () => {
      const { id } = await add({ name: 'Ada' });
      await world.agents.update(acme.owner.access, id, 1, { name: 'Other' });
      const old = await world.agents.version(acme.owner.access, id, 1);

      const restored = await world.agents.update(acme.owner.access, id, 2, old?.content ?? {}, 1);

      expect(restored).toMatchObject({ name: 'Ada', version: 3 });
      expect(await world.agents.version(acme.owner.access, id, 3)).toMatchObject({
        restoredFrom: 1,
        changed: ['name'],
      });
    });

    it('lets exactly one of several changes of the same version through', async () => {
      const { id } = await add();

      const outcomes = await Promise.all(
        [1, 2, 3, 4, 5].map((each) => world.agents.update(acme.owner.access, id, 1, { name: `Name ${each}` })),
      );

      expect(outcomes.filter((outcome) => outcome !== null)).toHaveLength(1);
      expect((await world.agents.versions(acme.owner.access, id, { limit: 9 })).data).toHaveLength(2);
    });

    it('lets no edge lead to itself, to nothing or into another workspace', async () => {
      const agent = await add();
      const elsewhere = await newTeamCompany(world);
      const foreign = await world.agents.add(elsewhere.owner.access, {
        ...aDraft(),
        id: newId('agt'),
        workspaceId: elsewhere.id,
      });

      for (const target of [agent.id, newId('agt'), foreign.id]) {
        for (const change of [{ handoffs: [target] }, { delegates: [target] }])
          await expect(world.agents.update(acme.owner.access, agent.id, 1, change)).rejects.toThrow();
      }
      expect((await world.agents.get(acme.owner.access, agent.id))?.version).toBe(1);
      const asked = [agent.id, foreign.id, newId('agt')];
      expect(await world.agents.existing(acme.member.access, acme.id, asked)).toEqual(new Set([agent.id]));
    });

    it('dismisses and rehires without a new version; a dismissed one does not work', async () => {
      const agent = await add();

      const dismissed = await world.agents.setStatus(acme.admin.access, agent.id, 'dismissed');
      const context = await world.agents.context(acme.owner.access, agent.id);
      const working = await world.store.agent(acme.owner.access, agent.id);
      const rehired = await world.agents.setStatus(acme.admin.access, agent.id, 'active');

      expect(dismissed).toEqual({ ...agent, status: 'dismissed' });
      expect([context, working]).toEqual([null, null]);
      expect(rehired).toEqual(agent);
    });

    it('lists page by page, each once, oldest first, and narrows by words, department and status', async () => {
      const here = await newTeamCompany(world);
      const query = { ...everything, workspaceId: here.id };
      const made: Agent[] = [];
      for (const draft of [
        { name: 'Grace Hopper', role: 'Engineer', department: 'Engineering' },
        { name: 'Ada Lovelace', description: 'Writes engines.', department: 'Research' },
        { name: 'Alan', role: 'Researcher', department: 'Research' },
      ])
        made.push(
          await world.agents.add(here.owner.access, { ...aDraft(draft), id: newId('agt'), workspaceId: here.id }),
        );
      await world.agents.setStatus(here.owner.access, made[2]?.id ?? newId('agt'), 'dismissed');
      const names = async (more: object) =>
        (await world.agents.list(here.member.access, { ...query, ...more })).data.map(({ name: each }) => each);

      const paged = await allPages((page) => world.agents.list(here.member.access, { ...query, ...page }));

      expect(paged.map(({ id }) => id)).toEqual(made.map(({ id }) => id));
      expect(await names({ search: 'engin' })).toEqual(['Grace Hopper', 'Ada Lovelace']);
      expect(await names({ search: "LOVE ada'); --" })).toEqual(['Ada Lovelace']);
      expect(await names({ search: 'hopper love' })).toEqual([]);
      expect(await names({ department: 'Research', status: 'active' })).toEqual(['Ada Lovelace']);
      expect(await names({ status: 'dismissed' })).toEqual(['Alan']);
      expect(await names({ hiredOnly: true })).toEqual([]);
      expect((await world.agents.list(here.stranger.access, query)).data).toEqual([]);
      await expect(world.agents.list(here.owner.access, { ...query, cursor: 'nonsense' })).rejects.toMatchObject({
        code: 'invalid_request',
      });
    });

    it('gives a run its agent and those that it can reach in three steps, in one go', async () => {
      const fifth = await add({ name: 'five' });
      const fourth = await add({ name: 'four', handoffs: [fifth.id] });
      const third = await add({ name: 'three', delegates: [fourth.id] });
      const gone = await add({ name: 'gone' });
      const second = await add({ name: 'two', handoffs: [third.id, gone.id] });
      const first = await add({ name: 'one', handoffs: [second.id], delegates: [third.id] });
      await world.agents.update(acme.owner.access, second.id, 1, { handoffs: [third.id, gone.id, first.id] });
      await world.agents.setStatus(acme.owner.access, gone.id, 'dismissed');

      const context = await world.agents.context(acme.member.access, first.id);
      const ofRun = await world.agents.context(await acme.runOf(acme.member, first.id), first.id);

      const names = context?.agents.map(({ agent }) => agent.name) ?? [];
      expect(names[0]).toBe('one');
      expect(names.slice(1, 3).toSorted()).toEqual(['three', 'two']);
      expect(names.slice(3).toSorted()).toEqual(['five', 'four']);
      expect(context).toMatchObject({ workspaceName: 'Acme', person: { name: 'Somebody', timezone: null } });
      expect(ofRun).toEqual(context);
    });
  });
}
