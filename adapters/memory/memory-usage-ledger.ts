import { usdOf } from '#core/domain/prices.ts';
import { notFound, PlatformError } from '#core/errors.ts';
import type { UsageEntry, UsageLedger } from '#core/ports/usage-ledger.ts';
import type { BudgetScope } from '#core/protocol/budget.ts';
import type { RunId, ThreadId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import { noUsage, type UsageBy, type UsageTotals } from '#core/protocol/usage.ts';
import { readMemoryAccess } from './memory-access.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';
import type { MemoryWorkspaceStore } from './memory-workspace-store.ts';

interface Row extends UsageEntry {
  readonly runId: RunId;
  readonly threadId: ThreadId;
  readonly userId: UserId;
  readonly workspaceId: WorkspaceId;
}

export interface MemoryUsageLedger extends UsageLedger {
  /** What a scope has spent since a day, whoever asks. */
  spent(workspaceId: WorkspaceId, scope: BudgetScope, since: string | null): number;
}

export function createMemoryUsageLedger(store: Pick<MemoryWorkspaceStore, 'rows' | 'workspaces'>): MemoryUsageLedger {
  const rows: Row[] = [];

  async function seen(access: Parameters<UsageLedger['thread']>[0]): Promise<Row[]> {
    const { userId, threadId } = readMemoryAccess(access);
    if (threadId) return [];
    const roles = new Map((await store.workspaces(access, userId)).map(({ id, role }) => [id, role]));
    return rows.filter((row) => {
      const role = roles.get(row.workspaceId);
      return role === 'owner' || role === 'admin' || (role === 'member' && row.userId === userId);
    });
  }

  return {
    async record(access, { threadId, runId }, entries) {
      const { userId, threadId: own } = readMemoryAccess(access);
      if (own !== threadId) throw new PlatformError('forbidden', 'This token may not record usage of the thread.');
      // Whoever has left the workspace still owes it what they have spent.
      const workspaceId = store.rows.workspaceOfThread(threadId, userId);
      if (!workspaceId) throw notFound('thread', threadId);
      for (const entry of entries) {
        if (rows.some((row) => row.runId === runId && row.callId === entry.callId)) continue;
        rows.push({ ...entry, runId, threadId, userId, workspaceId });
      }
    },

    async totals(access, { workspaceId, by, from, to, cursor, limit }) {
      const groups = Map.groupBy(
        (await seen(access)).filter((row) => row.workspaceId === workspaceId && dayOf(row) >= from && dayOf(row) <= to),
        (row) => keyOf(row, by),
      );
      const all = [...groups]
        .map(([key, group]) => ({ key, ...sum(group) }))
        .toSorted((a, b) => (by === 'day' ? 0 : b.costUsd - a.costUsd) || (a.key < b.key ? -1 : 1));
      const start = cursor === undefined ? 0 : all.findIndex(({ key }) => key === decodeCursor(cursor)[1]) + 1;
      const data = all.slice(start, start + limit);
      const last = data.at(-1);
      const more = last !== undefined && all.length > start + limit;
      return { data, nextCursor: more ? encodeCursor([String(last.costUsd), last.key]) : null };
    },

    thread: async (access, threadId) => sum((await seen(access)).filter((row) => row.threadId === threadId)),

    spent: (workspaceId, scope, since) =>
      rows
        .filter(
          (row) =>
            row.workspaceId === workspaceId &&
            (since === null || dayOf(row) >= since) &&
            (scope.kind !== 'user' || row.userId === scope.userId) &&
            (scope.kind !== 'agent' || row.agentId === scope.agentId),
        )
        .reduce((total, { costMicroUsd }) => total + (costMicroUsd ?? 0), 0),
  };
}

const dayOf = ({ at }: UsageEntry): string => at.slice(0, 10);

function keyOf(row: Row, by: UsageBy): string {
  switch (by) {
    case 'day':
      return dayOf(row);
    case 'agent':
      return row.agentId;
    case 'user':
      return row.userId;
    case 'thread':
      return row.threadId;
    case 'model':
      return row.model;
  }
}

const sum = (rows: readonly Row[]): UsageTotals =>
  rows.reduce(
    (totals, row) => ({
      calls: totals.calls + 1,
      unpricedCalls: totals.unpricedCalls + (row.costMicroUsd === null ? 1 : 0),
      estimatedCalls: totals.estimatedCalls + (row.isEstimate ? 1 : 0),
      inputTokens: totals.inputTokens + row.inputTokens,
      cachedInputTokens: totals.cachedInputTokens + row.cachedInputTokens,
      outputTokens: totals.outputTokens + row.outputTokens,
      reasoningTokens: totals.reasoningTokens + row.reasoningTokens,
      costUsd: usdOf(Math.round(totals.costUsd * 1e6) + (row.costMicroUsd ?? 0)),
    }),
    noUsage,
  );
