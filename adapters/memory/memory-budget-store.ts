import type { NewId } from '#core/domain/ids.ts';
import { PlatformError } from '#core/errors.ts';
import type { BudgetStore, StoredBudget } from '#core/ports/budget-store.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { WorkspaceStore } from '#core/ports/workspace-store.ts';
import type { ModelPrice } from '#core/protocol/budget.ts';
import type { UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Role } from '#core/protocol/workspace.ts';
import { readMemoryAccess } from './memory-access.ts';
import { decodeCursor, encodeCursor } from './memory-cursor.ts';
import type { MemoryUsageLedger } from './memory-usage-ledger.ts';

/** What Postgres keeps of budgets and prices, with the rules of its row level security (supabase/migrations). */
export function createMemoryBudgetStore(options: {
  now: Clock;
  newId: NewId;
  store: Pick<WorkspaceStore, 'workspaces' | 'agent'>;
  ledger: MemoryUsageLedger;
}): BudgetStore {
  const { now, newId, store, ledger } = options;
  const budgets: StoredBudget[] = [];
  const prices: (ModelPrice & { workspaceId: WorkspaceId })[] = [];

  const roleOf = async (access: DataAccess, workspaceId: WorkspaceId, userId?: UserId): Promise<Role | undefined> =>
    (await store.workspaces(access, userId ?? readMemoryAccess(access).userId)).find(({ id }) => id === workspaceId)
      ?.role;

  async function assertMayChange(access: DataAccess, workspaceId: WorkspaceId): Promise<void> {
    const role = await roleOf(access, workspaceId);
    if (readMemoryAccess(access).threadId || (role !== 'owner' && role !== 'admin'))
      throw new PlatformError('forbidden', 'Only owners and admins of the workspace may change this.');
  }

  async function sees(access: DataAccess, { workspaceId, scope }: StoredBudget): Promise<boolean> {
    const role = await roleOf(access, workspaceId);
    return (
      role === 'owner' ||
      role === 'admin' ||
      (role === 'member' && (scope.kind !== 'user' || scope.userId === readMemoryAccess(access).userId))
    );
  }

  async function seen(access: DataAccess): Promise<StoredBudget[]> {
    const isSeen = await Promise.all(budgets.map((budget) => sees(access, budget)));
    return budgets.filter((_, index) => isSeen[index]);
  }

  return {
    async rules(access, { workspaceId, agentId }) {
      const { userId, threadId } = readMemoryAccess(access);
      const isMember = (await roleOf(access, workspaceId)) !== undefined;
      return {
        isMember,
        budgets: (await seen(access)).filter(
          (budget) =>
            budget.workspaceId === workspaceId &&
            (budget.scope.kind === 'workspace' ||
              (budget.scope.kind === 'user' && budget.scope.userId === userId) ||
              (budget.scope.kind === 'agent' && budget.scope.agentId === agentId)),
        ),
        prices: prices.filter((price) => (isMember || threadId !== undefined) && price.workspaceId === workspaceId),
      };
    },

    async spent(access, budgetId, since) {
      const budget = (await seen(access)).find(({ id }) => id === budgetId);
      return budget ? ledger.spent(budget.workspaceId, budget.scope, since) : 0;
    },

    async budgets(access, { workspaceId, cursor, limit }) {
      const after = cursor === undefined ? '' : decodeCursor(cursor)[0];
      const found = (await seen(access))
        .filter((budget) => budget.workspaceId === workspaceId && budget.id > after)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const data = found.slice(0, limit);
      const last = data.at(-1);
      return { data, nextCursor: last && found.length > limit ? encodeCursor([last.id, '']) : null };
    },

    budget: async (access, budgetId) => (await seen(access)).find(({ id }) => id === budgetId) ?? null,

    async putBudget(access, { workspaceId, scope, period, limitMicroUsd }) {
      await assertMayChange(access, workspaceId);
      const isThere =
        scope.kind === 'workspace' ||
        (scope.kind === 'user' && (await roleOf(access, workspaceId, scope.userId)) !== undefined) ||
        (scope.kind === 'agent' && (await store.agent(access, scope.agentId))?.workspaceId === workspaceId);
      if (!isThere)
        throw new PlatformError('invalid_request', `There is no such ${scope.kind} in this workspace.`, {
          details: [{ path: `scope.${scope.kind}Id`, message: 'is not of this workspace' }],
        });
      const index = budgets.findIndex(
        (budget) =>
          budget.workspaceId === workspaceId &&
          budget.period === period &&
          JSON.stringify(budget.scope) === JSON.stringify(scope),
      );
      const at = timestamp(now());
      const there = budgets[index] ?? { id: newId('bdg'), workspaceId, scope, period, createdAt: at };
      const budget = { ...there, limitMicroUsd, updatedAt: at };
      if (index < 0) budgets.push(budget);
      else budgets[index] = budget;
      return budget;
    },

    async removeBudget(access, workspaceId, budgetId) {
      const index = budgets.findIndex((budget) => budget.id === budgetId && budget.workspaceId === workspaceId);
      const role = await roleOf(access, workspaceId);
      return index >= 0 && (role === 'owner' || role === 'admin') && budgets.splice(index, 1).length === 1;
    },

    async prices(access, { workspaceId, cursor, limit }) {
      const isMember = (await roleOf(access, workspaceId)) !== undefined;
      const found = prices
        .filter((price) => isMember && price.workspaceId === workspaceId)
        .toSorted((a, b) => (a.model < b.model || (a.model === b.model && a.validFrom > b.validFrom) ? -1 : 1));
      const from = cursor === undefined ? 0 : Number(decodeCursor(cursor)[0]);
      const data = found.slice(from, from + limit).map(({ workspaceId: _, ...price }) => price);
      const end = from + limit;
      return { data, nextCursor: found.length > end ? encodeCursor([String(end), '']) : null };
    },

    async putPrice(access, workspaceId, price) {
      await assertMayChange(access, workspaceId);
      const index = prices.findIndex(
        (there) =>
          there.workspaceId === workspaceId && there.model === price.model && there.validFrom === price.validFrom,
      );
      if (index >= 0) prices.splice(index, 1);
      prices.push({ ...price, workspaceId });
      return price;
    },

    async removePrice(access, workspaceId, { model, validFrom }) {
      const role = await roleOf(access, workspaceId);
      const index = prices.findIndex(
        (price) => price.workspaceId === workspaceId && price.model === model && price.validFrom === validFrom,
      );
      return index >= 0 && (role === 'owner' || role === 'admin') && prices.splice(index, 1).length === 1;
    },
  };
}
