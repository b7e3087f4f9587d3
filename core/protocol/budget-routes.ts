import * as z from 'zod';
import { Budget, BudgetInput, ModelPrice } from './budget.ts';
import { BudgetId, WorkspaceId } from './ids.ts';
import { cursor, limit, page, type Route } from './route.ts';

const workspace = z.strictObject({ workspaceId: WorkspaceId });

export const budgetRoutes = {
  'GET /v1/workspaces/{workspaceId}/budgets': {
    access: 'user',
    path: workspace,
    query: z.strictObject({ cursor, limit }),
    status: 200,
    reply: page(Budget),
  },
  'PUT /v1/workspaces/{workspaceId}/budgets': {
    access: 'user',
    path: workspace,
    body: BudgetInput,
    status: 200,
    reply: Budget,
  },
  'DELETE /v1/workspaces/{workspaceId}/budgets/{budgetId}': {
    access: 'user',
    path: workspace.extend({ budgetId: BudgetId }),
    status: 204,
    reply: z.undefined(),
  },
  'GET /v1/workspaces/{workspaceId}/prices': {
    access: 'user',
    path: workspace,
    query: z.strictObject({ cursor, limit }),
    status: 200,
    reply: page(ModelPrice),
  },
  'PUT /v1/workspaces/{workspaceId}/prices': {
    access: 'user',
    path: workspace,
    body: ModelPrice,
    status: 200,
    reply: ModelPrice,
  },
  /** Named in the query, because the name of a model has slashes. */
  'DELETE /v1/workspaces/{workspaceId}/prices': {
    access: 'user',
    path: workspace,
    query: ModelPrice.pick({ model: true, validFrom: true }),
    status: 204,
    reply: z.undefined(),
  },
} as const satisfies Record<string, Route>;
