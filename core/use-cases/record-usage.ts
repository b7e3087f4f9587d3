import type { ModelCall } from '../domain/paid-calls.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { usageEntriesOf } from '../domain/usage.ts';
import type { BudgetStore } from '../ports/budget-store.ts';
import type { AccessMinter } from '../ports/identity.ts';
import type { UsageEntry, UsageLedger } from '../ports/usage-ledger.ts';

export interface UsageDeps {
  readonly ledger: UsageLedger;
  readonly budgets: BudgetStore;
  readonly minter: AccessMinter;
}

/**
 * Prices the model calls of a run and adds them to the ledger. For whenever a run ends or pauses: calls that are there
 * already stay as they are, so all of its calls may be given each time. Answers what was given, with prices.
 * Errors: `unavailable`; nothing was added then, or all of it.
 */
export async function recordUsage(
  { ledger, budgets, minter }: UsageDeps,
  run: Pick<RunRecord, 'runId' | 'threadId' | 'workspaceId' | 'userId' | 'isAnonymous' | 'agentId'>,
  calls: readonly ModelCall[],
): Promise<UsageEntry[]> {
  if (calls.length === 0) return [];
  const access = await minter.forThread(run, run.threadId);
  const { prices } = await budgets.rules(access, run);
  const entries = usageEntriesOf(calls, prices);
  await ledger.record(access, run, entries);
  return entries;
}
