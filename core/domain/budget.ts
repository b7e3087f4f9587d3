import type { Breach } from '../ports/spend-guard.ts';
import type { RunLimits } from '../protocol/agent.ts';
import type { BudgetPeriod, BudgetScope } from '../protocol/budget.ts';
import type { BudgetId, RunId } from '../protocol/ids.ts';
import { microUsd, usdOf } from './prices.ts';

/** A budget as it was set. */
export interface BudgetRule {
  readonly id: BudgetId;
  readonly scope: BudgetScope;
  readonly period: BudgetPeriod;
  readonly limitMicroUsd: number;
}

/** Something that a call's cost has to fit under: a budget in its present period, or the run's own limit. */
export interface SpendLimit {
  readonly scope: Breach['scope'];
  readonly budgetId?: BudgetId;
  readonly limitMicroUsd: number;
  readonly counter: SpendCounterKey;
}

/** Where spending under a limit is counted. */
export interface SpendCounterKey {
  readonly key: string;
  /** The first day (UTC) that it counts; null: it counts everything, and undefined: there is nothing from before it. */
  readonly since?: string | null;
  /** When nobody needs it any more, in milliseconds since 1970. */
  readonly expiresAtMs?: number;
}

const dayMs = 24 * 3_600_000;
/** Counters stay for a while after their period, for calls that are settled late. */
const keptForMs = 40 * dayMs;

/** When the period began that is under way, and when the next one will. Null: never. */
export function periodAt(period: BudgetPeriod, nowMs: number): { fromMs: number; toMs: number } | null {
  const now = new Date(nowMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  switch (period) {
    case 'day':
      return { fromMs: Date.UTC(year, month, day), toMs: Date.UTC(year, month, day + 1) };
    case 'month':
      return { fromMs: Date.UTC(year, month, 1), toMs: Date.UTC(year, month + 1, 1) };
    case 'total':
      return null;
  }
}

/** The counter of a budget for the period that is under way. */
export function counterOf({ id, period }: Pick<BudgetRule, 'id' | 'period'>, nowMs: number): SpendCounterKey {
  const current = periodAt(period, nowMs);
  if (!current) return { key: id, since: null };
  const since = new Date(current.fromMs).toISOString().slice(0, 10);
  return { key: `${id}:${since}`, since, expiresAtMs: current.toMs + keptForMs };
}

/** Every call takes its limits in this order, so that no two wait for each other. */
const orderOfScopes: readonly Breach['scope'][] = ['workspace', 'user', 'agent', 'run'];

/** All that a call has to fit under, in the order in which it is taken. */
export function limitsOf(
  budgets: readonly BudgetRule[],
  run: { runId: RunId; runLimits: Pick<RunLimits, 'maxCostUsd'> },
  nowMs: number,
): SpendLimit[] {
  const limits: SpendLimit[] = budgets.map((budget) => ({
    scope: budget.scope.kind,
    budgetId: budget.id,
    limitMicroUsd: budget.limitMicroUsd,
    counter: counterOf(budget, nowMs),
  }));
  const { maxCostUsd } = run.runLimits;
  if (maxCostUsd !== null) {
    const counter = { key: run.runId, expiresAtMs: nowMs + keptForMs };
    limits.push({ scope: 'run', limitMicroUsd: microUsd(maxCostUsd), counter });
  }
  return limits.toSorted(
    (a, b) =>
      orderOfScopes.indexOf(a.scope) - orderOfScopes.indexOf(b.scope) || (a.counter.key < b.counter.key ? -1 : 1),
  );
}

const whose: Record<Breach['scope'], string> = {
  workspace: 'this workspace',
  user: 'your runs in this workspace',
  agent: 'this agent',
  run: 'this run',
};

/** What a person is told when the next call does not fit any more. */
export function breachOf(limit: SpendLimit, spentMicroUsd: number, neededMicroUsd: number): Breach {
  const [limitUsd, spentUsd] = [usdOf(limit.limitMicroUsd), usdOf(spentMicroUsd)];
  return {
    kind: 'breach',
    scope: limit.scope,
    ...(limit.budgetId && { budgetId: limit.budgetId }),
    limitUsd,
    spentUsd,
    message: `The ${limit.scope === 'run' ? 'limit' : 'budget'} of ${dollars(limitUsd)} for ${whose[limit.scope]} is reached: ${dollars(spentUsd)} is spent or reserved, and the next step may cost up to ${dollars(usdOf(neededMicroUsd))}.`,
  };
}

/** Two decimals where they say enough, up to six where they do not. */
const dollars = (usd: number): string =>
  `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: usd !== 0 && usd < 1 ? 6 : 2 })}`;
