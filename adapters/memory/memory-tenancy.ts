import { effectiveRole } from '#core/domain/access.ts';
import { notFound, PlatformError } from '#core/errors.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { Agent } from '#core/protocol/agent.ts';
import type { AgentId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Role } from '#core/protocol/workspace.ts';
import { readMemoryAccess } from './memory-access.ts';
import { decodeCursor, encodeCursor, type Place } from './memory-cursor.ts';
import type { MemoryWorkspaceStore } from './memory-workspace-store.ts';

/** Who may do what with agents and what guides them, as row level security has it. */
export function createMemoryTenancy({ rows, tenants }: Pick<MemoryWorkspaceStore, 'rows' | 'tenants'>) {
  function roleIn(access: DataAccess, workspaceId: WorkspaceId): Role | undefined {
    const { userId, service } = readMemoryAccess(access);
    const role = tenants.workspaces.get(workspaceId)?.roles.get(userId);
    if (!role || !service) return role;
    return service.workspaceId === workspaceId ? effectiveRole(role, service) : undefined;
  }

  const isMember = (access: DataAccess, workspaceId: WorkspaceId) => roleIn(access, workspaceId) !== undefined;

  function mayManage(access: DataAccess, workspaceId: WorkspaceId): boolean {
    const role = roleIn(access, workspaceId);
    return readMemoryAccess(access).threadId === undefined && (role === 'owner' || role === 'admin');
  }

  const seenAgent = (access: DataAccess, agentId: AgentId): Agent | undefined => {
    const agent = rows.agents.get(agentId);
    return agent && isMember(access, agent.workspaceId) ? agent : undefined;
  };

  return {
    isMember,
    mayManage,
    seenAgent,
    /** Errors: `forbidden`. */
    assertMayManage(access: DataAccess, workspaceId: WorkspaceId): void {
      if (!mayManage(access, workspaceId)) throw forbidden();
    },
    /** Errors: `not_found`, `forbidden`. */
    managedAgent(access: DataAccess, agentId: AgentId): Agent {
      const agent = seenAgent(access, agentId);
      if (!agent) throw notFound('agent', agentId);
      if (!mayManage(access, agent.workspaceId)) throw forbidden();
      return agent;
    },
    /** A run writes for the agents of the workspace of its thread. */
    isRunIn(access: DataAccess, workspaceId: WorkspaceId): boolean {
      const { userId, threadId } = readMemoryAccess(access);
      return threadId !== undefined && rows.workspaceOfThread(threadId, userId) === workspaceId;
    },
  };
}
export type MemoryTenancy = ReturnType<typeof createMemoryTenancy>;

export const forbidden = () => new PlatformError('forbidden', 'You may not do this.');

/** A page of entries that are sorted by the pair that `placeOf` gives. */
export function pageOf<Entry>(
  entries: readonly Entry[],
  { cursor, limit }: { cursor?: string | undefined; limit: number },
  placeOf: (entry: Entry) => Place,
): { data: Entry[]; nextCursor: string | null } {
  const end = cursor === undefined ? undefined : decodeCursor(cursor);
  const sorted = entries.toSorted((a, b) => comparePlaces(placeOf(a), placeOf(b)));
  const after = end ? sorted.filter((entry) => comparePlaces(placeOf(entry), end) > 0) : sorted;
  const data = after.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: last && after.length > limit ? encodeCursor(placeOf(last)) : null };
}

const comparePlaces = (a: Place, b: Place) => compare(a[0], b[0]) || compare(a[1], b[1]);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A number as a text that sorts like it. */
export const sortable = (value: number) => String(value).padStart(10, '0');

/** The words that are looked for; each must begin a word of the text. */
export function matches(search: string | undefined, text: string): boolean {
  const words = (of: string) => of.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const found = words(text);
  return words(search ?? '').every((word) => found.some((each) => each.startsWith(word)));
}
