import type { budgetRoutes } from '#core/protocol/budget-routes.ts';
import type { usageRoutes } from '#core/protocol/usage-routes.ts';
import {
  listBudgets,
  listPrices,
  removeBudget,
  removePrice,
  type SetBudgetDeps,
  setBudget,
  setPrice,
} from '#core/use-cases/budgets.ts';
import type { Deps } from '#core/use-cases/deps.ts';
import type { UsageDeps } from '#core/use-cases/record-usage.ts';
import { threadUsage, workspaceUsage } from '#core/use-cases/usage.ts';
import type { RouteHandlers } from './router.ts';

/** What people spent, may spend and what models cost them. */
export function createUsageHandlers(
  deps: SetBudgetDeps & UsageDeps & Pick<Deps, 'store'>,
): Pick<RouteHandlers, keyof typeof usageRoutes | keyof typeof budgetRoutes> {
  return {
    'GET /v1/workspaces/{workspaceId}/usage': ({ caller, path, query }) =>
      workspaceUsage(deps, caller, path.workspaceId, query),
    'GET /v1/threads/{threadId}/usage': ({ caller, path }) => threadUsage(deps, caller, path.threadId),
    'GET /v1/workspaces/{workspaceId}/budgets': ({ caller, path, query }) =>
      listBudgets(deps, caller, path.workspaceId, query),
    'PUT /v1/workspaces/{workspaceId}/budgets': ({ caller, path, body }) =>
      setBudget(deps, caller, path.workspaceId, body),
    'DELETE /v1/workspaces/{workspaceId}/budgets/{budgetId}': async ({ caller, path }) => {
      await removeBudget(deps, caller, path.workspaceId, path.budgetId);
      return undefined;
    },
    'GET /v1/workspaces/{workspaceId}/prices': ({ caller, path, query }) =>
      listPrices(deps, caller, path.workspaceId, query),
    'PUT /v1/workspaces/{workspaceId}/prices': ({ caller, path, body }) =>
      setPrice(deps, caller, path.workspaceId, body),
    'DELETE /v1/workspaces/{workspaceId}/prices': async ({ caller, path, query }) => {
      await removePrice(deps, caller, path.workspaceId, query);
      return undefined;
    },
  };
}
