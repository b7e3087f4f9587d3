import * as z from 'zod';
import type { Page } from '#core/ports/agent-store.ts';
import type { CatalogStore, Hired } from '#core/ports/catalog-store.ts';
import { type CatalogContent, Department } from '#core/protocol/catalog.ts';
import { AgentRow, CatalogAgentRow, CatalogEntry, CatalogVersionRow, ManagedEntry } from './agent-rows.ts';
import { dataOf } from './errors.ts';
import { bearer, createPostgrest, decodeCursor, type RestProject } from './postgrest.ts';
import { encodeCursor } from './rows.ts';

const CatalogCursor = z.object({ position: z.number(), isStaff: z.boolean(), slug: z.string() });
const HiredAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.enum(['hired', 'rehired', 'already_hired']), agent: AgentRow }),
  z.object({ outcome: z.literal('not_found') }),
]) satisfies z.ZodType<Hired>;

const columnsOf = ({ toolPolicies, ...content }: CatalogContent) => ({ ...content, tool_policies: toolPolicies });

/** The global catalog over a project's REST interface. */
export function createSupabaseCatalogStore(project: RestProject): CatalogStore {
  const client = createPostgrest(project);

  return {
    async departments(access) {
      const answer = await client
        .from('departments')
        .select('name, position')
        .order('position')
        .order('name')
        .setHeader(...bearer(access));
      return z.array(Department).parse(dataOf(answer));
    },

    async list(access, { workspaceId, search, department, hiredOnly, cursor, limit }) {
      const after = cursor === undefined ? undefined : decodeCursor(CatalogCursor, cursor);
      const answer = await client
        .rpc('list_catalog', {
          p_limit: limit + 1,
          p_workspace_id: workspaceId ?? null,
          p_search: search ?? null,
          p_department: department ?? null,
          p_hired_only: hiredOnly,
          p_after_position: after?.position ?? null,
          p_after_staff: after?.isStaff ?? null,
          p_after_slug: after?.slug ?? null,
        })
        .setHeader(...bearer(access));
      return pageOf(z.array(CatalogEntry).parse(dataOf(answer)), limit);
    },

    async listManaged(access, { search, cursor, limit }) {
      const after = cursor === undefined ? undefined : decodeCursor(CatalogCursor, cursor);
      const answer = await client
        .rpc('list_managed_catalog', {
          p_limit: limit + 1,
          p_search: search ?? null,
          p_after_position: after?.position ?? null,
          p_after_staff: after?.isStaff ?? null,
          p_after_slug: after?.slug ?? null,
        })
        .setHeader(...bearer(access));
      return pageOf(z.array(ManagedEntry).parse(dataOf(answer)), limit);
    },

    async get(access, catalogAgentId) {
      const [agent, versions] = await Promise.all([
        client
          .from('catalog_agents')
          .select('id, slug, department, is_head')
          .eq('id', catalogAgentId)
          .maybeSingle()
          .setHeader(...bearer(access)),
        client
          .from('catalog_versions')
          .select()
          .eq('catalog_agent_id', catalogAgentId)
          .order('version', { ascending: false })
          .setHeader(...bearer(access)),
      ]);
      const row = CatalogAgentRow.nullable().parse(dataOf(agent));
      if (!row) return null;
      const { id, slug, department, is_head: isHead } = row;
      return { id, slug, department, isHead, versions: z.array(CatalogVersionRow).parse(dataOf(versions)) };
    },

    async hire(access, workspaceId, catalogAgentId, agentId) {
      const answer = await client
        .rpc('hire_agent', { p_workspace_id: workspaceId, p_catalog_agent_id: catalogAgentId, p_agent_id: agentId })
        .setHeader(...bearer(access));
      return HiredAnswer.parse(dataOf(answer));
    },

    async add(access, agent, content) {
      const answer = await client
        .rpc('save_catalog_agent', { p_agent: agent, p_content: columnsOf(content) })
        .setHeader(...bearer(access));
      dataOf(answer);
    },

    async move(access, id, place) {
      const answer = await client
        .rpc('save_catalog_agent', { p_agent: { id, ...place }, p_content: null })
        .setHeader(...bearer(access));
      dataOf(answer);
    },

    async saveDraft(access, catalogAgentId, content) {
      const answer = await client
        .rpc('save_catalog_draft', { p_catalog_agent_id: catalogAgentId, p_content: columnsOf(content) })
        .setHeader(...bearer(access));
      return z.number().parse(dataOf(answer));
    },

    async setStatus(access, catalogAgentId, version, status) {
      const answer = await client
        .rpc('move_catalog_version', {
          p_catalog_agent_id: catalogAgentId,
          p_version: version,
          p_status: status,
        })
        .setHeader(...bearer(access));
      return z.enum(['ok', 'not_found', 'conflict']).parse(dataOf(answer));
    },
  };
}

interface Placed<Entry> {
  readonly entry: Entry;
  readonly position: number;
}

/** A page of what was asked for with one more, so that it is known whether there is more. */
function pageOf<Entry extends { readonly isHead: boolean; readonly slug: string }>(
  rows: readonly Placed<Entry>[],
  limit: number,
): Page<Entry> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor =
    last && rows.length > limit
      ? encodeCursor({ position: last.position, isStaff: !last.entry.isHead, slug: last.entry.slug })
      : null;
  return { data: shown.map(({ entry }) => entry), nextCursor };
}
