import type { RunRecord } from '../domain/run-record.ts';
import { markApplied } from '../domain/run-suspension.ts';
import type { Wait } from '../domain/run-wait.ts';
import { PlatformError } from '../errors.ts';
import { applyBudgetDecision, type BudgetDecision, type BudgetDeps } from './budgets.ts';
import type { Deps } from './deps.ts';

export type ApplyDeps = Pick<Deps, 'runs' | 'logger'> & Omit<BudgetDeps, 'now'>;

/**
 * Makes the room that decisions about limits have given a run, in the name of whoever decided. May be done again by whoever
 * finds it half done; what is noted as applied is not, because a budget may have been lowered since.
 * Errors: `unavailable`. A decision that cannot take effect any more is left out: the run then comes to its limit and asks again.
 */
export async function applyDecisions(deps: ApplyDeps, { runId, workspaceId, waits }: RunRecord): Promise<void> {
  for (const wait of waits) {
    const given = unappliedDecision(wait);
    if (!given) continue;
    const by = {
      kind: 'person',
      userId: given.by,
      isAnonymous: false,
      email: null,
      issuedAtMs: 0,
      expiresAtMs: 0,
    } as const;
    const breach = { workspaceId, runId, budgetId: wait.breach?.budgetId };
    await applyBudgetDecision(deps, by, breach, given.decision).catch((error: unknown) => {
      if (!(error instanceof PlatformError) || error.code === 'unavailable') throw error;
      deps.logger.warn({ error, runId, approvalId: wait.id }, 'a decision about a budget could not take effect');
    });
    await deps.runs.change(runId, (current) => markApplied(current, wait.id));
  }
}

function unappliedDecision({ kind, answer, applied }: Wait) {
  if (kind !== 'budget' || applied || answer?.type !== 'decision') return null;
  const { decision, by } = answer;
  return isBudgetDecision(decision) && decision.decision !== 'stop' ? { decision, by } : null;
}

export const isBudgetDecision = (decision: { readonly decision: string }): decision is BudgetDecision =>
  decision.decision === 'raise' || decision.decision === 'continue_once' || decision.decision === 'stop';
