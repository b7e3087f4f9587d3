import type { Principal } from '../domain/principal.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { markApplied } from '../domain/run-suspension.ts';
import type { Wait, WaitAnswer } from '../domain/run-wait.ts';
import { PlatformError } from '../errors.ts';
import type { ToolGrantStore } from '../ports/tool-grant-store.ts';
import type { UserId } from '../protocol/ids.ts';
import { applyBudgetDecision, type BudgetDecision, type BudgetDeps } from './budgets.ts';
import type { Deps } from './deps.ts';

export interface ApplyDeps extends Pick<Deps, 'runs' | 'logger'>, Omit<BudgetDeps, 'now'> {
  readonly toolGrants: Pick<ToolGrantStore, 'grant'>;
}

/**
 * Makes the room that decisions have given: a higher limit, a tool that is allowed for good, in the name of whoever decided. May be
 * done again by whoever finds it half done; what is noted as applied is not, because a budget may have been lowered, and a tool
 * been taken back, since.
 * Errors: `unavailable`. A decision that cannot take effect any more is left out: the run, or the next one, then asks again.
 */
export async function applyDecisions(deps: ApplyDeps, record: RunRecord): Promise<void> {
  const { runId } = record;
  for (const wait of record.waits) {
    if (wait.applied || wait.answer?.type !== 'decision') continue;
    const apply = effectOf(deps, record, wait, wait.answer);
    if (!apply) continue;
    await apply().catch((error: unknown) => {
      if (!(error instanceof PlatformError) || error.code === 'unavailable') throw error;
      deps.logger.warn({ error, runId, approvalId: wait.id }, 'a decision could not take effect');
    });
    await deps.runs.change(runId, (current) => markApplied(current, wait.id));
  }
}

/** What a decision brings about beyond the call that it is about; null for most. */
function effectOf(
  deps: ApplyDeps,
  record: RunRecord,
  wait: Wait,
  { decision, by }: Extract<WaitAnswer, { type: 'decision' }>,
): (() => Promise<void>) | null {
  if (isBudgetDecision(decision)) {
    const { workspaceId, runId } = record;
    const breach = { workspaceId, runId, budgetId: wait.breach?.budgetId };
    return decision.decision === 'stop' ? null : () => applyBudgetDecision(deps, principalOf(by), breach, decision);
  }
  const isForGood = decision.decision === 'approve' && decision.scope === 'always';
  return isForGood ? () => grantForGood(deps, record, wait, by) : null;
}

const principalOf = (userId: UserId): Principal => ({
  kind: 'person',
  userId,
  isAnonymous: false,
  email: null,
  issuedAtMs: 0,
  expiresAtMs: 0,
});

/** As the one whose run it is: what was approved for good is theirs. */
async function grantForGood(
  { toolGrants, minter }: ApplyDeps,
  record: RunRecord,
  { agentId, call, decider }: Wait,
  grantedBy: UserId,
): Promise<void> {
  if (!call || decider === 'other_admin') return;
  const { workspaceId, userId, threadId } = record;
  const access = await minter.forThread(record, threadId);
  await toolGrants.grant(access, { workspaceId, userId, agentId, tool: call.name, decider, grantedBy });
}

export const isBudgetDecision = (decision: { readonly decision: string }): decision is BudgetDecision =>
  decision.decision === 'raise' || decision.decision === 'continue_once' || decision.decision === 'stop';
