import * as z from 'zod';
import type { MemoryStore } from '#core/ports/guidance-store.ts';
import { dataOf } from './errors.ts';
import { FoundMemoryRow, MemoryEntryRow, MemoryRow } from './guidance-rows.ts';
import { bearer, createPostgrest, decodeCursor, type RestProject } from './postgrest.ts';
import { encodeCursor } from './rows.ts';

const entryColumns = 'path, bytes, updated_at';
const MemoryCursor = z.object({ path: z.string() });

export function createSupabaseMemoryStore(project: RestProject): MemoryStore {
  const client = createPostgrest(project);

  return {
    async list(access, agentId, { prefix, cursor, limit }) {
      let query = client
        .from('memories')
        .select(entryColumns)
        .eq('agent_id', agentId)
        .order('path')
        .limit(limit + 1);
      if (prefix) query = query.like('path', `${prefix.replaceAll(/[\\%_]/g, '\\$&')}%`);
      if (cursor !== undefined) query = query.gt('path', decodeCursor(MemoryCursor, cursor).path);
      const rows = z.array(MemoryEntryRow).parse(dataOf(await query.setHeader(...bearer(access))));
      const data = rows.slice(0, limit);
      return { data, nextCursor: rows.length > limit ? encodeCursor({ path: data.at(-1)?.path }) : null };
    },

    async read(access, agentId, path) {
      const answer = await client
        .from('memories')
        .select(`${entryColumns}, content`)
        .eq('agent_id', agentId)
        .eq('path', path)
        .maybeSingle()
        .setHeader(...bearer(access));
      return MemoryRow.nullable().parse(dataOf(answer));
    },

    async write(access, agentId, path, content) {
      const answer = await client
        .rpc('write_memory', { p_agent_id: agentId, p_path: path, p_content: content })
        .setHeader(...bearer(access));
      return MemoryRow.parse(dataOf(answer));
    },

    async remove(access, agentId, path) {
      const answer = await client
        .from('memories')
        .delete()
        .eq('agent_id', agentId)
        .eq('path', path)
        .select('path')
        .setHeader(...bearer(access));
      return z.array(z.unknown()).parse(dataOf(answer)).length > 0;
    },

    async search(access, agentId, query, limit) {
      const answer = await client
        .rpc('search_memories', { p_agent_id: agentId, p_query: query, p_limit: limit })
        .setHeader(...bearer(access));
      return z.array(FoundMemoryRow).parse(dataOf(answer));
    },
  };
}
