import { notFound, PlatformError } from '#core/errors.ts';
import type { CatalogStore } from '#core/ports/catalog-store.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import { type Agent, agentDefaults } from '#core/protocol/agent.ts';
import type {
  CatalogAgent,
  CatalogVersion,
  Department,
  ManagedCatalogAgent,
  ManagedCatalogEntry,
} from '#core/protocol/catalog.ts';
import type { CatalogAgentId, WorkspaceId } from '#core/protocol/ids.ts';
import { readMemoryAccess } from './memory-access.ts';
import { createMemoryTenancy, forbidden, matches, pageOf, sortable } from './memory-tenancy.ts';
import type { MemoryWorkspaceStore } from './memory-workspace-store.ts';

/** The global catalog, hiring into the agents of a workspace store. */
export function createMemoryCatalogStore(options: {
  workspaces: MemoryWorkspaceStore;
  now: Clock;
  departments: readonly Department[];
}): CatalogStore {
  const { rows } = options.workspaces;
  const tenancy = createMemoryTenancy(options.workspaces);
  const agents = new Map<CatalogAgentId, Omit<ManagedCatalogAgent, 'versions'>>();
  const versions = new Map<CatalogAgentId, CatalogVersion[]>();

  const isAdmin = (access: Parameters<CatalogStore['departments']>[0]) =>
    options.workspaces.tenants.platformAdmins.has(readMemoryAccess(access).userId);
  const versionsOf = (id: CatalogAgentId) => versions.get(id) ?? [];
  const publishedOf = (id: CatalogAgentId) => versionsOf(id).find(({ status }) => status === 'published');
  const positionOf = (name: string) => options.departments.find((each) => each.name === name)?.position ?? 0;
  const placeOf = (agent: { department: string; isHead: boolean; slug: string }): [string, string] => [
    `${sortable(positionOf(agent.department))} ${agent.isHead ? 0 : 1}`,
    agent.slug,
  ];
  const hiredIn = (workspaceId: WorkspaceId | undefined, id: CatalogAgentId): Agent | undefined =>
    [...rows.agents.values()].find((agent) => agent.workspaceId === workspaceId && agent.origin?.catalogAgentId === id);

  function assertDepartment(name: string | undefined): void {
    if (name !== undefined && !options.departments.some((each) => each.name === name))
      throw new PlatformError('conflict', 'There is no such department.');
  }

  const store: CatalogStore = {
    async departments(access) {
      readMemoryAccess(access);
      return [...options.departments];
    },
    async list(access, { workspaceId, search, department, hiredOnly, cursor, limit }) {
      const seen = workspaceId !== undefined && tenancy.isMember(access, workspaceId) ? workspaceId : undefined;
      const found = [...agents.values()].flatMap((agent): CatalogAgent[] => {
        const published = publishedOf(agent.id);
        if (!published) return [];
        const hired = hiredIn(seen, agent.id);
        const hire = hired && { agentId: hired.id, status: hired.status, hiredAt: hired.createdAt };
        return [{ ...agent, version: published.version, content: published.content, hire: hire ?? null }];
      });
      const wanted = found.filter(
        (agent) =>
          matches(search, `${agent.content.name} ${agent.content.role} ${agent.content.description}`) &&
          (department === undefined || agent.department === department) &&
          (!hiredOnly || agent.hire?.status === 'active'),
      );
      return pageOf(wanted, { cursor, limit }, placeOf);
    },
    async listManaged(access, { search, cursor, limit }) {
      if (!isAdmin(access)) throw forbidden();
      const wanted = [...agents.values()].flatMap((agent): ManagedCatalogEntry[] => {
        const all = versionsOf(agent.id);
        const newest = all.at(-1);
        const published = publishedOf(agent.id);
        const shown = published ?? newest;
        if (!newest || !shown || !matches(search, `${shown.content.name} ${shown.content.role}`)) return [];
        const { name, role, avatar } = shown.content;
        const draft = all.find(({ status }) => status === 'draft')?.version ?? null;
        const changedAt =
          all
            .map((each) => each.publishedAt ?? each.createdAt)
            .toSorted()
            .at(-1) ?? shown.createdAt;
        const versions = { draft, published: published?.version ?? null, newest: newest.version };
        return [{ ...agent, name, role, avatar, ...versions, changedAt }];
      });
      return pageOf(wanted, { cursor, limit }, placeOf);
    },
    async get(access, id) {
      const agent = agents.get(id);
      const seen = versionsOf(id).filter(({ status }) => isAdmin(access) || status === 'published');
      return agent && seen.length > 0 ? { ...agent, versions: seen.toReversed() } : null;
    },
    async hire(access, workspaceId, catalogAgentId, agentId) {
      if (!tenancy.isMember(access, workspaceId)) return { outcome: 'not_found' };
      tenancy.assertMayManage(access, workspaceId);
      const hired = hiredIn(workspaceId, catalogAgentId);
      if (hired?.status === 'active') return { outcome: 'already_hired', agent: hired };
      if (hired) {
        const agent: Agent = { ...hired, status: 'active' };
        rows.agents.set(agent.id, agent);
        return { outcome: 'rehired', agent };
      }
      const place = agents.get(catalogAgentId);
      const published = publishedOf(catalogAgentId);
      if (!place || !published) return { outcome: 'not_found' };
      const agent: Agent = {
        ...agentDefaults,
        ...published.content,
        id: agentId,
        workspaceId,
        department: place.department,
        origin: { catalogAgentId, catalogVersion: published.version },
        createdAt: timestamp(options.now()),
      };
      rows.agents.set(agentId, agent);
      return { outcome: 'hired', agent };
    },
    async add(access, agent, content) {
      if (!isAdmin(access)) throw forbidden();
      assertDepartment(agent.department);
      if ([...agents.values()].some(({ slug }) => slug === agent.slug))
        throw new PlatformError('conflict', 'There is an agent of this slug.');
      agents.set(agent.id, agent);
      await store.saveDraft(access, agent.id, content);
    },
    async move(access, id, { department, isHead }) {
      if (!isAdmin(access)) throw forbidden();
      assertDepartment(department);
      const agent = agents.get(id);
      if (agent)
        agents.set(id, { ...agent, department: department ?? agent.department, isHead: isHead ?? agent.isHead });
    },
    async saveDraft(access, id, content) {
      if (!isAdmin(access)) throw forbidden();
      if (!agents.has(id)) throw notFound('catalog agent', id);
      const present = versionsOf(id);
      const draft = present.find(({ status }) => status === 'draft');
      const version = draft?.version ?? present.length + 1;
      const others = present.filter((each) => each !== draft);
      const createdAt = draft?.createdAt ?? timestamp(options.now());
      const saved = { catalogAgentId: id, version, status: 'draft', content, createdAt, publishedAt: null } as const;
      versions.set(id, [...others, saved]);
      return version;
    },
    async setStatus(access, id, version, status) {
      if (!isAdmin(access)) throw forbidden();
      const target = versionsOf(id).find((each) => each.version === version);
      if (!target) return 'not_found';
      if (target.status === status) return 'ok';
      if (target.status !== (status === 'published' ? 'draft' : 'published')) return 'conflict';
      versions.set(
        id,
        versionsOf(id).map((each) => {
          if (each === target)
            return {
              ...each,
              status,
              publishedAt: status === 'published' ? timestamp(options.now()) : each.publishedAt,
            };
          return each.status === 'published' ? { ...each, status: 'retired' } : each;
        }),
      );
      return 'ok';
    },
  };
  return store;
}
