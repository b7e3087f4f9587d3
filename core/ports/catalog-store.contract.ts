import { beforeAll, describe, expect, it } from 'vitest';
import { type CatalogContent, CatalogContent as Content } from '../protocol/catalog.ts';
import type { CatalogAgentId } from '../protocol/ids.ts';
import type { Person } from './directory-world.contract.ts';
import { newPerson } from './directory-world.contract.ts';
import { newId } from './samples.contract.ts';
import { aDraft, allPages, newTeamCompany, type TeamCompany, type TeamWorld } from './team-world.contract.ts';

export function catalogStoreContract(name: string, create: () => Promise<TeamWorld>): void {
  describe(`${name} as a catalog store`, () => {
    let world: TeamWorld;
    let acme: TeamCompany;
    let curator: Person;
    beforeAll(async () => {
      world = await create();
      acme = await newTeamCompany(world);
      curator = await newPerson(world);
      await world.makePlatformAdmin(curator.id);
    });

    const content = (changes: Partial<CatalogContent> = {}) => Content.parse({ ...aDraft(), ...changes });

    async function draft(changes: Partial<CatalogContent> = {}, isHead = false): Promise<CatalogAgentId> {
      const id = newId('cat');
      const slug = `x-${crypto.randomUUID()}`;
      const agent = { id, slug, department: 'Engineering', isHead };
      await world.catalog.add(curator.access, agent, content(changes));
      return id;
    }
    async function published(changes: Partial<CatalogContent> = {}, isHead = false): Promise<CatalogAgentId> {
      const id = await draft(changes, isHead);
      await world.catalog.setStatus(curator.access, id, 1, 'published');
      return id;
    }
    const hire = (id: CatalogAgentId, person = acme.owner) =>
      world.catalog.hire(person.access, acme.id, id, newId('agt'));
    const statuses = async (id: CatalogAgentId) =>
      (await world.catalog.get(curator.access, id))?.versions.map(({ version, status }) => `${version} ${status}`);

    it('shows everybody what is published, and drafts to platform admins only', async () => {
      const marker = `Marker${crypto.randomUUID().slice(0, 8)}`;
      const id = await draft({ name: marker });
      const find = async () =>
        (await world.catalog.list(acme.stranger.access, { search: marker, hiredOnly: false, limit: 9 })).data;

      const hidden = [await find(), await world.catalog.get(acme.owner.access, id)];
      await world.catalog.setStatus(curator.access, id, 1, 'published');
      const shown = await find();

      expect(hidden).toEqual([[], null]);
      expect(await statuses(id)).toEqual(['1 published']);
      expect(shown).toMatchObject([
        { id, version: 1, department: 'Engineering', hire: null, content: { name: marker } },
      ]);
      expect((await world.catalog.departments(acme.stranger.access)).map((each) => each.name)).toContain('Engineering');
    });

    it('lets only platform admins write', async () => {
      const id = await published();
      const { catalog } = world;

      for (const { access } of [acme.owner, acme.member, acme.stranger]) {
        const mine = { id: newId('cat'), slug: 'mine', department: 'Engineering', isHead: false };
        const attempts = [
          () => catalog.add(access, mine, content()),
          () => catalog.move(access, id, { isHead: true }),
          () => catalog.saveDraft(access, id, content()),
          () => catalog.setStatus(access, id, 1, 'retired'),
        ];
        for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' });
      }
      expect(await statuses(id)).toEqual(['1 published']);
    });

    it('publishes drafts, retires what was published, and goes no other way', async () => {
      const id = await published({ name: 'First' });

      const second = await world.catalog.saveDraft(curator.access, id, content({ name: 'Second' }));
      const again = await world.catalog.saveDraft(curator.access, id, content({ name: 'Second, better' }));
      const outcomes = [
        await world.catalog.setStatus(curator.access, id, 2, 'retired'),
        await world.catalog.setStatus(curator.access, id, 2, 'published'),
        await world.catalog.setStatus(curator.access, id, 2, 'published'),
        await world.catalog.setStatus(curator.access, id, 1, 'published'),
        await world.catalog.setStatus(curator.access, id, 9, 'published'),
      ];

      expect([second, again]).toEqual([2, 2]);
      expect(outcomes).toEqual(['conflict', 'ok', 'ok', 'conflict', 'not_found']);
      expect(await statuses(id)).toEqual(['2 published', '1 retired']);
      await world.catalog.setStatus(curator.access, id, 2, 'retired');
      expect(await statuses(id)).toEqual(['2 retired', '1 retired']);
      expect((await hire(id)).outcome).toBe('not_found');
    });

    it('lists everything with its state to platform admins, page by page, and to nobody else', async () => {
      const marker = `Marker${crypto.randomUUID().slice(0, 8)}`;
      const [begun, out, gone] = [
        await draft({ role: marker }),
        await published({ role: marker }),
        await published({ role: marker }, true),
      ];
      await world.catalog.setStatus(curator.access, gone, 1, 'retired');
      await world.catalog.saveDraft(curator.access, out, content({ name: 'Better', role: marker }));

      const list = await allPages((page) => world.catalog.listManaged(curator.access, { search: marker, ...page }));

      expect(list[0]?.id).toBe(gone);
      expect(
        new Map(list.map(({ id, draft: begunAs, published: outAs, newest }) => [id, [begunAs, outAs, newest]])),
      ).toEqual(
        new Map([
          [gone, [null, null, 1]],
          [begun, [1, null, 1]],
          [out, [2, 1, 2]],
        ]),
      );
      expect(list.find(({ id }) => id === out)).toMatchObject({ name: 'Ada', role: marker, department: 'Engineering' });
      for (const { access } of [acme.owner, acme.member, acme.stranger]) {
        await expect(world.catalog.listManaged(access, { limit: 9 })).rejects.toMatchObject({ code: 'forbidden' });
      }
      const told = await Promise.all([curator, acme.owner].map(({ access }) => world.directory.me(access)));
      expect(told.map((me) => me?.isPlatformAdmin)).toEqual([true, false]);
    });

    it('refuses a slug that is taken and a department that there is not', async () => {
      const agent = { slug: `x-${crypto.randomUUID()}`, department: 'Engineering', isHead: false };
      await world.catalog.add(curator.access, { ...agent, id: newId('cat') }, content());
      const nowhere = { ...agent, id: newId('cat'), slug: `${agent.slug}-2`, department: 'Mischief' };

      const conflict = { code: 'conflict' };
      await expect(world.catalog.add(curator.access, { ...agent, id: newId('cat') }, content())).rejects.toMatchObject(
        conflict,
      );
      await expect(world.catalog.add(curator.access, nowhere, content())).rejects.toMatchObject(conflict);
      await expect(world.catalog.saveDraft(curator.access, newId('cat'), content())).rejects.toMatchObject({
        code: 'not_found',
      });
    });

    it('copies an agent into a workspace once, and brings it back with its history', async () => {
      const id = await published({ name: 'Hired', instructions: 'Work.', tools: ['current_time'] });

      const hired = await hire(id);
      const again = await hire(id, acme.admin);
      if (!('agent' in hired)) throw new Error('not hired');
      await world.agents.update(acme.owner.access, hired.agent.id, 1, { name: 'Ours' });
      await world.agents.setStatus(acme.owner.access, hired.agent.id, 'dismissed');
      const back = await hire(id, acme.admin);

      expect(hired.outcome).toBe('hired');
      expect(hired.agent).toMatchObject({ name: 'Hired', department: 'Engineering', tools: ['current_time'] });
      expect(hired.agent.origin).toEqual({ catalogAgentId: id, catalogVersion: 1 });
      expect(again).toMatchObject({ outcome: 'already_hired', agent: { id: hired.agent.id } });
      expect(back).toMatchObject({ outcome: 'rehired', agent: { id: hired.agent.id, name: 'Ours', version: 2 } });
    });

    it('hires for owners and admins only', async () => {
      const id = await published();

      await expect(hire(id, acme.member)).rejects.toMatchObject({ code: 'forbidden' });
      expect(await hire(id, acme.stranger)).toEqual({ outcome: 'not_found' });
      expect(await hire(newId('cat'))).toEqual({ outcome: 'not_found' });
    });

    it('hires one agent for several who hire at the same time', async () => {
      const id = await published();

      const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => hire(id)));

      expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual([
        ...Array.from({ length: 4 }, () => 'already_hired'),
        'hired',
      ]);
    });

    it('lists heads first, page by page, and tells a workspace what it has', async () => {
      const marker = `Marker${crypto.randomUUID().slice(0, 8)}`;
      const here = await newTeamCompany(world);
      const [staff, head, third] = [
        await published({ role: marker }),
        await published({ role: marker }, true),
        await published({ role: marker }),
      ];
      await world.catalog.hire(here.owner.access, here.id, staff, newId('agt'));
      const query = { workspaceId: here.id, search: marker, hiredOnly: false };

      const all = await allPages((page) => world.catalog.list(here.member.access, { ...query, ...page }));
      const hired = await world.catalog.list(here.member.access, { ...query, hiredOnly: true, limit: 9 });
      const ofStranger = await world.catalog.list(here.stranger.access, { ...query, limit: 9 });

      expect(all.map(({ id }) => id).toSorted()).toEqual([staff, head, third].toSorted());
      expect(all[0]?.id).toBe(head);
      expect(all.filter(({ hire: each }) => each?.status === 'active').map(({ id }) => id)).toEqual([staff]);
      expect(hired.data.map(({ id }) => id)).toEqual([staff]);
      expect(ofStranger.data.every(({ hire: each }) => each === null)).toBe(true);
      await expect(
        world.catalog.list(here.member.access, { ...query, cursor: 'nonsense', limit: 9 }),
      ).rejects.toMatchObject({ code: 'invalid_request' });
    });
  });
}
