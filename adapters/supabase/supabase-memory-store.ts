import * as z from 'zod';
import type { MemoryStore } from '#core/ports/guidance-store.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import { dataOf } from './errors.ts';
import { FoundMemoryRow, MemoryEntryRow, MemoryRow } from './guidance-rows.ts';
import { elsewhereIn, type OwnProjects, within } from './own-projects.ts';
import { bearer, createPostgrest, decodeCursor, type RestProject } from './postgrest.ts';
import { encodeCursor } from './rows.ts';

const MemoryCursor = z.object({ path: z.string() });

/** The platform's database is asked first: it knows the agent and who may, and says when the memories lie in the workspace's own project. */
export function createSupabaseMemoryStore(project: RestProject, projects: OwnProjects): MemoryStore {
  const client = createPostgrest(project);

  async function call(access: DataAccess, name: string, args: Record<string, unknown>): Promise<unknown> {
    const answer = await client.rpc(name, args).setHeader(...bearer(access));
    const workspaceId = elsewhereIn(answer);
    if (!workspaceId) return dataOf(answer);
    const there = await projects.open(access, workspaceId);
    return within(async () =>
      dataOf(
        await createPostgrest(there.rest)
          .rpc(name, args)
          .setHeader(...bearer(there.access)),
      ),
    );
  }

  return {
    async list(access, agentId, { prefix, cursor, limit }) {
      const after = cursor === undefined ? null : decodeCursor(MemoryCursor, cursor).path;
      const page = { p_limit: limit + 1, p_prefix: prefix ?? null, p_after: after };
      const rows = z.array(MemoryEntryRow).parse(await call(access, 'list_memories', { p_agent_id: agentId, ...page }));
      const data = rows.slice(0, limit);
      return { data, nextCursor: rows.length > limit ? encodeCursor({ path: data.at(-1)?.path }) : null };
    },

    read: async (access, agentId, path) =>
      MemoryRow.nullable().parse(await call(access, 'read_memory', { p_agent_id: agentId, p_path: path })),

    write: async (access, agentId, path, content) =>
      MemoryRow.parse(await call(access, 'write_memory', { p_agent_id: agentId, p_path: path, p_content: content })),

    remove: async (access, agentId, path) =>
      z.boolean().parse(await call(access, 'remove_memory', { p_agent_id: agentId, p_path: path })),

    search: async (access, agentId, query, limit) =>
      z
        .array(FoundMemoryRow)
        .parse(await call(access, 'find_memories', { p_agent_id: agentId, p_query: query, p_limit: limit })),
  };
}
