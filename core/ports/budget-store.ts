import type { BudgetRule } from '../domain/budget.ts';
import type { OwnPrice } from '../domain/prices.ts';
import type { BudgetPeriod, BudgetScope, ModelPrice } from '../protocol/budget.ts';
import type { AgentId, BudgetId, WorkspaceId } from '../protocol/ids.ts';
import type { DataAccess } from './identity.ts';

export interface StoredBudget extends BudgetRule {
  readonly workspaceId: WorkspaceId;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What binds one person's calls with one agent. */
export interface SpendRules {
  /** Whether they belong to the workspace. Who does not is bound by nothing, and must be let spend nothing. */
  readonly isMember: boolean;
  readonly budgets: readonly BudgetRule[];
  readonly prices: readonly OwnPrice[];
}

/**
 * The budgets and own prices of workspaces, in Postgres. Every call acts as a user: members see the budgets that bind them
 * and all prices; owners and admins see and change all. Errors: `forbidden` for a change that the user may not make,
 * `invalid_request` for a person or agent that is not of the workspace, `unavailable`.
 */
export interface BudgetStore {
  /**
   * One request: the budgets of the workspace, the caller and the agent, and the workspace's prices. With `forThread` access
   * the prices are given also when the thread's owner has left, because what they have spent is still to be billed.
   */
  rules(access: DataAccess, of: { workspaceId: WorkspaceId; agentId: AgentId }): Promise<SpendRules>;
  /** What the ledger has under a budget since a day (UTC), or ever; 0 for a budget that the caller cannot see. */
  spent(access: DataAccess, budgetId: BudgetId, since: string | null): Promise<number>;

  /** In the order of their ids. `cursor` is what an earlier page ended with. */
  budgets(
    access: DataAccess,
    page: { workspaceId: WorkspaceId; cursor?: string | undefined; limit: number },
  ): Promise<{ data: StoredBudget[]; nextCursor: string | null }>;
  budget(access: DataAccess, budgetId: BudgetId): Promise<StoredBudget | null>;
  /** Sets the one budget of a scope and period; there or not, it has this limit afterwards. */
  putBudget(
    access: DataAccess,
    budget: { workspaceId: WorkspaceId; scope: BudgetScope; period: BudgetPeriod; limitMicroUsd: number },
  ): Promise<StoredBudget>;
  /** False when there is none that the caller may remove. */
  removeBudget(access: DataAccess, workspaceId: WorkspaceId, budgetId: BudgetId): Promise<boolean>;

  /** By model, the newest first. */
  prices(
    access: DataAccess,
    page: { workspaceId: WorkspaceId; cursor?: string | undefined; limit: number },
  ): Promise<{ data: ModelPrice[]; nextCursor: string | null }>;
  putPrice(access: DataAccess, workspaceId: WorkspaceId, price: ModelPrice): Promise<ModelPrice>;
  removePrice(
    access: DataAccess,
    workspaceId: WorkspaceId,
    price: Pick<ModelPrice, 'model' | 'validFrom'>,
  ): Promise<boolean>;
}
