import { PlatformError } from '#core/errors.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { WorkspaceStore } from '#core/ports/workspace-store.ts';
import type { Agent } from '#core/protocol/agent.ts';
import type { AgentId, ThreadId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Run } from '#core/protocol/run.ts';
import type { RunSummary } from '#core/protocol/run-routes.ts';
import type { Thread } from '#core/protocol/thread.ts';
import type { Role, Workspace } from '#core/protocol/workspace.ts';
import { readMemoryAccess } from './memory-access.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';
import type { MemoryTenants } from './memory-rights.ts';
import { createSettledThread, type SettledThread } from './memory-settled-thread.ts';

export interface MemoryWorkspaceStore extends WorkspaceStore {
  addUser(userId: UserId, name: string | null): void;
  addWorkspace(workspace: Omit<Workspace, 'role'>, members: readonly { userId: UserId; role: Role }[]): void;
  removeMember(workspaceId: WorkspaceId, userId: UserId): void;
  addAgent(agent: Agent): void;
  /** The people and workspaces, for a memory directory over the same. */
  readonly tenants: MemoryTenants;
  /** For the fakes of other ports, which work on the same agents and threads. */
  readonly rows: {
    readonly agents: Map<AgentId, Agent>;
    workspaceOfThread(threadId: ThreadId, userId: UserId): WorkspaceId | undefined;
  };
}

interface StoredThreadRow {
  thread: Thread;
  readonly userId: UserId;
  readonly settled: SettledThread;
}

/** What Postgres keeps, with the rules of its row level security (supabase/migrations). Takes the tokens of memory-access.ts. */
export function createMemoryWorkspaceStore(options: { now: Clock }): MemoryWorkspaceStore {
  const tenants: MemoryTenants = {
    platformAdmins: new Set(),
    names: new Map(),
    workspaces: new Map(),
    revokedKeys: new Set(),
  };
  const { names, workspaces } = tenants;
  const agents = new Map<AgentId, Agent>();
  const threads = new Map<ThreadId, StoredThreadRow>();

  const isMember = (userId: UserId, workspaceId: WorkspaceId) =>
    workspaces.get(workspaceId)?.roles.has(userId) ?? false;

  /** A thread is its owner's, while they are a member; a run's token sees its own thread only. */
  function sees(access: DataAccess, { thread, userId }: StoredThreadRow): boolean {
    const caller = readMemoryAccess(access);
    const isElsewhere = caller.service !== undefined && caller.service.workspaceId !== thread.workspaceId;
    const isConfined = isElsewhere || (caller.threadId !== undefined && caller.threadId !== thread.id);
    return !isConfined && caller.userId === userId && isMember(userId, thread.workspaceId);
  }

  function rowOf(access: DataAccess, threadId: ThreadId): StoredThreadRow | null {
    readMemoryAccess(access);
    const row = threads.get(threadId);
    return row && sees(access, row) ? row : null;
  }

  return {
    tenants,
    addUser: (userId, name) => void names.set(userId, name),
    addWorkspace: (workspace, members) =>
      void workspaces.set(workspace.id, {
        workspace,
        roles: new Map(members.map(({ userId, role }) => [userId, role])),
      }),
    removeMember: (workspaceId, userId) => void workspaces.get(workspaceId)?.roles.delete(userId),
    addAgent: (agent) => void agents.set(agent.id, agent),
    rows: {
      agents,
      workspaceOfThread(threadId, userId) {
        const row = threads.get(threadId);
        return row?.userId === userId ? row.thread.workspaceId : undefined;
      },
    },

    async profile(access, userId) {
      const caller = readMemoryAccess(access);
      const name = names.get(userId);
      const isKnown =
        caller.userId === userId ||
        [...workspaces.values()].some(({ roles }) => roles.has(userId) && roles.has(caller.userId));
      return isKnown && name !== undefined ? { name } : null;
    },

    async workspaces(access, userId) {
      const caller = readMemoryAccess(access);
      return [...workspaces.values()].flatMap(({ workspace, roles }) => {
        const role = roles.get(userId);
        const isWithin = !caller.service || caller.service.workspaceId === workspace.id;
        return role && isWithin && roles.has(caller.userId) ? [{ ...workspace, role }] : [];
      });
    },

    async agents(access, workspaceId) {
      const { userId } = readMemoryAccess(access);
      if (!isMember(userId, workspaceId)) return [];
      return [...agents.values()]
        .filter((agent) => agent.workspaceId === workspaceId && agent.status === 'active')
        .sort((a, b) => order(a.createdAt, b.createdAt) || order(a.id, b.id));
    },

    async agent(access, agentId) {
      const { userId } = readMemoryAccess(access);
      const agent = agents.get(agentId);
      return agent?.status === 'active' && isMember(userId, agent.workspaceId) ? agent : null;
    },

    async threads(access, { workspaceId, cursor, limit }) {
      const end = cursor === undefined ? null : decodeCursor(cursor);
      const found = [...threads.values()]
        .filter((row) => row.thread.workspaceId === workspaceId && sees(access, row))
        .map(({ thread }) => thread)
        .sort((a, b) => order(b.updatedAt, a.updatedAt) || order(b.id, a.id))
        .filter((thread) => !end || (order(thread.updatedAt, end[0]) || order(thread.id, end[1])) < 0);
      const data = found.slice(0, limit);
      const last = data.at(-1);
      return { data, nextCursor: last && found.length > limit ? encodeCursor([last.updatedAt, last.id]) : null };
    },

    thread: async (access, threadId) => rowOf(access, threadId)?.thread ?? null,
    seesThread: async (access, threadId) => rowOf(access, threadId) !== null,

    async addThread(access, thread, userId) {
      const present = threads.get(thread.id);
      if (present && sees(access, present)) return present.thread;
      const row = { thread, userId, settled: createSettledThread() };
      const agent = agents.get(thread.agentId);
      if (present || !sees(access, row) || agent?.workspaceId !== thread.workspaceId)
        throw new PlatformError('conflict', 'The thread cannot be added.');
      threads.set(thread.id, row);
      return thread;
    },

    async renameThread(access, threadId, title, onlyIfUntitled = false) {
      const row = rowOf(access, threadId);
      if (!row || (onlyIfUntitled && row.thread.title !== null)) return null;
      row.thread = { ...row.thread, title, updatedAt: timestamp(options.now()) };
      return row.thread;
    },

    deleteThread: async (access, threadId) => rowOf(access, threadId) !== null && threads.delete(threadId),

    async openThread(access, threadId, limit) {
      const row = rowOf(access, threadId);
      if (!row) return null;
      return { thread: row.thread, checkpointSeq: row.settled.checkpointSeq(), page: row.settled.page(limit) };
    },

    async olderItems(access, threadId, cursor, limit) {
      const row = rowOf(access, threadId);
      const end = cursor === undefined ? undefined : decodeCursor(cursor);
      return row ? row.settled.page(limit, end) : { items: [], runs: [], olderCursor: null };
    },

    async itemsUpTo(access, threadId, runId, limit) {
      const settled = rowOf(access, threadId)?.settled;
      const run = settled?.run(runId);
      return run && settled ? settled.page(limit, [String(run.queuedSeq), String(Number.MAX_SAFE_INTEGER)]) : null;
    },

    items: async (access, threadId, ids) => rowOf(access, threadId)?.settled.items(ids) ?? [],

    run: async (access, threadId, runId) => rowOf(access, threadId)?.settled.run(runId) ?? null,

    async runs(access, { workspaceId, statuses, cursor, limit }) {
      const caller = readMemoryAccess(access);
      const role = workspaces.get(workspaceId)?.roles.get(caller.userId);
      const end = cursor === undefined ? null : decodeCursor(cursor);
      const found = [...threads.values()]
        .filter(
          ({ thread, userId }) =>
            thread.workspaceId === workspaceId && role && (role !== 'member' || userId === caller.userId),
        )
        .flatMap(({ userId, settled }) =>
          settled.runs().map((run) => endedSummary(run, workspaceId, userId, caller.userId)),
        )
        .filter(({ status }) => statuses.includes(status))
        .sort((a, b) => order(b.createdAt, a.createdAt) || order(b.id, a.id))
        .filter((run) => !end || (order(run.createdAt, end[0]) || order(run.id, end[1])) < 0);
      const data = found.slice(0, limit);
      const last = data.at(-1);
      return { data, nextCursor: last && found.length > limit ? encodeCursor([last.createdAt, last.id]) : null };
    },

    async project(access, threadId, projection) {
      const caller = readMemoryAccess(access);
      if (caller.threadId !== threadId) throw new PlatformError('forbidden', 'This token may not write the thread.');
      const row = threads.get(threadId);
      if (!row) return 'gone';
      if (row.userId !== caller.userId) throw new PlatformError('forbidden', 'This token may not write the thread.');
      row.settled.add(projection);
      return 'written';
    },

    ping: async () => true,
  };
}

const endedSummary = (run: Run, workspaceId: WorkspaceId, userId: UserId, callerId: UserId): RunSummary => ({
  id: run.id,
  workspaceId,
  threadId: userId === callerId ? run.threadId : null,
  agentId: run.agentId,
  userId,
  status: run.status,
  attempt: run.attempt,
  createdAt: run.createdAt,
  lastEventAt: run.finishedAt ?? null,
  finishedAt: run.finishedAt ?? null,
  workedMs: null,
  usage: run.usage ?? null,
  errorCode: run.error?.code ?? null,
  openWaits: 0,
});

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
