import { notFound, PlatformError } from '#core/errors.ts';
import type { AgentInContext } from '#core/ports/agent-store.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { MemoryStore } from '#core/ports/guidance-store.ts';
import type { AgentId } from '#core/protocol/ids.ts';
import type { Memory, MemoryEntry } from '#core/protocol/memory.ts';
import { forbidden, type MemoryTenancy, matches, pageOf } from './memory-tenancy.ts';

const maxEntries = 2_000;
const maxBytes = 4 * 1024 * 1024;

/** What agents remember. `indexOf` is what a run is told of it: the newest 100. */
export function createMemoryMemoryStore({ tenancy, now }: { tenancy: MemoryTenancy; now: Clock }): MemoryStore & {
  indexOf(agentId: AgentId): Pick<AgentInContext, 'memories' | 'memoryCount'>;
} {
  const kept = new Map<AgentId, Map<string, Memory>>();
  const of = (agentId: AgentId) => [...(kept.get(agentId)?.values() ?? [])];

  return {
    async list(access, agentId, { prefix = '', cursor, limit }) {
      const seen = tenancy.seenAgent(access, agentId) ? of(agentId) : [];
      const found = seen.filter(({ path }) => path.startsWith(prefix)).map(entryOf);
      return pageOf(found, { cursor, limit }, ({ path }) => [path, '']);
    },
    async read(access, agentId, path) {
      return (tenancy.seenAgent(access, agentId) && kept.get(agentId)?.get(path)) ?? null;
    },
    async write(access, agentId, path, content) {
      const agent = tenancy.seenAgent(access, agentId);
      if (!agent) throw notFound('agent', agentId);
      if (!tenancy.mayManage(access, agent.workspaceId) && !tenancy.isRunIn(access, agent.workspaceId))
        throw forbidden();
      const before = kept.get(agentId)?.get(path);
      if (before?.content === content) return before;
      const others = of(agentId).filter((memory) => memory.path !== path);
      const bytes = Buffer.byteLength(content);
      if (others.length >= maxEntries || others.reduce((sum, other) => sum + other.bytes, bytes) > maxBytes)
        throw new PlatformError('input_too_large', 'There is no room for another memory.');
      const memory = { path, bytes, content, updatedAt: timestamp(now()) };
      kept.set(agentId, new Map([...(kept.get(agentId) ?? []), [path, memory]]));
      return memory;
    },
    async remove(access, agentId, path) {
      const agent = tenancy.seenAgent(access, agentId);
      if (!agent || !tenancy.mayManage(access, agent.workspaceId)) return false;
      return kept.get(agentId)?.delete(path) ?? false;
    },
    async search(access, agentId, query, limit) {
      if (!tenancy.seenAgent(access, agentId) || !/[\p{L}\p{N}]/u.test(query)) return [];
      const found = of(agentId).filter(({ path, content }) => matches(query, `${path} ${content}`));
      return found.slice(0, limit).map((memory) => ({ ...entryOf(memory), excerpt: memory.content.slice(0, 300) }));
    },
    indexOf(agentId) {
      const all = of(agentId).map(entryOf);
      const newest = all.toSorted((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
      return { memories: newest.slice(0, 100), memoryCount: all.length };
    },
  };
}

const entryOf = ({ content: _, ...entry }: Memory): MemoryEntry => entry;
