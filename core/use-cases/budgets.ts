import { assertMay } from '../domain/access.ts';
import { counterOf, periodAt } from '../domain/budget.ts';
import { microUsd, usdOf } from '../domain/prices.ts';
import type { Principal } from '../domain/principal.ts';
import { notFound } from '../errors.ts';
import type { BudgetStore, StoredBudget } from '../ports/budget-store.ts';
import { type Clock, timestamp } from '../ports/clock.ts';
import type { AccessMinter, DataAccess } from '../ports/identity.ts';
import type { Journal } from '../ports/journal.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { SpendCounters } from '../ports/spend-counters.ts';
import type { WorkspaceStore } from '../ports/workspace-store.ts';
import type { ApprovalDecision } from '../protocol/approval.ts';
import type { Budget, BudgetInput, ModelPrice } from '../protocol/budget.ts';
import type { BudgetId, RunId, WorkspaceId } from '../protocol/ids.ts';
import type { Role } from '../protocol/workspace.ts';
import { type BillDeps, billRun } from './bill-run.ts';
import { liveRunsOf } from './live-runs.ts';

/** What setting a budget takes besides: it counts what runs under way have spent already. */
export interface SetBudgetDeps extends BudgetDeps, BillDeps {
  readonly runs: Pick<RunStore, 'listLive'>;
  readonly journal: Journal;
}

export interface BudgetDeps {
  readonly budgets: BudgetStore;
  readonly counters: SpendCounters;
  readonly store: Pick<WorkspaceStore, 'workspaces'>;
  readonly minter: AccessMinter;
  readonly now: Clock;
}

interface Page {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** The budgets that the caller may see: those that bind them, and for owners and admins all. Errors: `not_found`. */
export async function listBudgets(deps: BudgetDeps, caller: Principal, workspaceId: WorkspaceId, page: Page) {
  const { access } = await membership(deps, caller, workspaceId);
  const { data, nextCursor } = await deps.budgets.budgets(access, { workspaceId, ...page });
  return { data: await withUse(deps, access, data), nextCursor };
}

/**
 * Sets the one budget of a scope and period. It counts from what the ledger has, so what runs under way have spent is written there
 * first. Errors: `not_found`, `forbidden`, `invalid_request`.
 */
export async function setBudget(
  deps: SetBudgetDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
  { scope, period, limitUsd }: BudgetInput,
): Promise<Budget> {
  const access = await manager(deps, caller, workspaceId);
  const limitMicroUsd = microUsd(limitUsd);
  await billWorkingRuns(deps, workspaceId);
  const stored = await deps.budgets.putBudget(access, { workspaceId, scope, period, limitMicroUsd });
  const [budget] = await withUse(deps, access, [stored]);
  if (!budget) throw notFound('budget', stored.id);
  return budget;
}

/** Those that wait have been billed when they began to. */
async function billWorkingRuns(deps: SetBudgetDeps, workspaceId: WorkspaceId): Promise<void> {
  for await (const record of liveRunsOf(deps.runs, workspaceId))
    if (record.status === 'running') await billRun(deps, record, { isOver: false });
}

/** Errors: `not_found`, `forbidden`. */
export async function removeBudget(
  deps: BudgetDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
  budgetId: BudgetId,
): Promise<void> {
  const access = await manager(deps, caller, workspaceId);
  if (!(await deps.budgets.removeBudget(access, workspaceId, budgetId))) throw notFound('budget', budgetId);
}

/** Errors: `not_found`. */
export async function listPrices(deps: BudgetDeps, caller: Principal, workspaceId: WorkspaceId, page: Page) {
  const { access } = await membership(deps, caller, workspaceId);
  return deps.budgets.prices(access, { workspaceId, ...page });
}

/** Errors: `not_found`, `forbidden`. */
export async function setPrice(
  deps: BudgetDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
  price: ModelPrice,
): Promise<ModelPrice> {
  return deps.budgets.putPrice(await manager(deps, caller, workspaceId), workspaceId, price);
}

/** Errors: `not_found`, `forbidden`. */
export async function removePrice(
  deps: BudgetDeps,
  caller: Principal,
  workspaceId: WorkspaceId,
  price: Pick<ModelPrice, 'model' | 'validFrom'>,
): Promise<void> {
  const access = await manager(deps, caller, workspaceId);
  if (!(await deps.budgets.removePrice(access, workspaceId, price))) throw notFound('price of', price.model);
}

export type BudgetDecision = Extract<ApprovalDecision, { decision: 'raise' | 'continue_once' | 'stop' }>;

/**
 * Makes room for a run that a limit has stopped, before it goes on. `raise`: the budget has at least this limit from now on
 * (for the run's own limit, which no budget stands for: for this run). `continue_once`: this run may pass this one limit
 * until it ends; what it spends is counted all the same. `stop`: nothing changes. Again is no error.
 * Errors: `forbidden` for whoever may not manage budgets, except to stop; `not_found`.
 */
export async function applyBudgetDecision(
  deps: Omit<BudgetDeps, 'now'>,
  caller: Principal,
  breach: { workspaceId: WorkspaceId; runId: RunId; budgetId?: BudgetId | undefined },
  decision: BudgetDecision,
): Promise<void> {
  if (decision.decision === 'stop') return;
  const { workspaceId, runId, budgetId } = breach;
  const access = await manager(deps, caller, workspaceId);
  if (decision.decision === 'continue_once') return deps.counters.allow(runId, budgetId ?? 'run', null);
  const raised = microUsd(decision.limitUsd);
  if (!budgetId) return deps.counters.allow(runId, 'run', raised);
  const budget = await deps.budgets.budget(access, budgetId);
  if (budget?.workspaceId !== workspaceId) throw notFound('budget', budgetId);
  // Somebody else may have raised it further meanwhile.
  if (raised > budget.limitMicroUsd) await deps.budgets.putBudget(access, { ...budget, limitMicroUsd: raised });
}

/** The caller's access and role. Errors: `not_found` for a workspace that they do not belong to. */
export async function membership(
  deps: Pick<BudgetDeps, 'store' | 'minter'>,
  caller: Principal,
  workspaceId: WorkspaceId,
): Promise<{ access: DataAccess; role: Role }> {
  const access = await deps.minter.forUser(caller);
  const workspace = (await deps.store.workspaces(access, caller.userId)).find(({ id }) => id === workspaceId);
  if (!workspace) throw notFound('workspace', workspaceId);
  return { access, role: workspace.role };
}

async function manager(
  deps: Pick<BudgetDeps, 'store' | 'minter'>,
  caller: Principal,
  workspaceId: WorkspaceId,
): Promise<DataAccess> {
  const { access, role } = await membership(deps, caller, workspaceId);
  assertMay('budgets.manage', role, caller);
  return access;
}

/** A counter that nobody has begun stands at what the ledger has, where it will begin. */
async function withUse(deps: BudgetDeps, access: DataAccess, stored: readonly StoredBudget[]): Promise<Budget[]> {
  const nowMs = deps.now();
  const committed = await deps.counters.committed(stored.map((budget) => counterOf(budget, nowMs).key));
  return Promise.all(
    stored.map(async (budget) => {
      const { key, since = null } = counterOf(budget, nowMs);
      const used = committed.get(key) ?? (await deps.budgets.spent(access, budget.id, since));
      const period = periodAt(budget.period, nowMs);
      const { id, workspaceId, scope, createdAt, updatedAt } = budget;
      return {
        id,
        workspaceId,
        scope,
        period: budget.period,
        limitUsd: usdOf(budget.limitMicroUsd),
        usedUsd: usdOf(used),
        resetsAt: period && timestamp(period.toMs),
        createdAt,
        updatedAt,
      };
    }),
  );
}
