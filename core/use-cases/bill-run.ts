import { type ModelCall, modelCallsIn, usageOf } from '../domain/paid-calls.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { costOfEntries } from '../domain/usage.ts';
import { PlatformError } from '../errors.ts';
import type { Journal } from '../ports/journal.ts';
import type { Usage } from '../protocol/run.ts';
import type { Deps } from './deps.ts';
import { recordUsage, type UsageDeps } from './record-usage.ts';

export interface BillDeps extends UsageDeps, Pick<Deps, 'logger' | 'spend'> {}

type Billed = Pick<RunRecord, 'runId' | 'threadId' | 'workspaceId' | 'userId' | 'isAnonymous' | 'agentId'>;

/** What a run's models took, in all with what it cost; no `usage` when it has asked none. */
export interface Bill {
  readonly calls: readonly ModelCall[];
  readonly usage: Usage | undefined;
}

/**
 * Adds what a run's models took to the ledger, as its journal says. In one that `isOver` no question is still to be answered. May be
 * done again, by anybody: every call is billed once. Errors: `unavailable`.
 */
export async function billRun(
  deps: BillDeps & { readonly journal: Journal },
  run: Billed,
  { isOver }: { isOver: boolean },
): Promise<Bill> {
  const records = await deps.journal.read(run.runId);
  const entries = records.map(({ entry }) => entry);
  return billCalls(deps, run, modelCallsIn(entries, { isOver }));
}

/** The same for whoever knows the calls. */
export async function billCalls(deps: BillDeps, run: Billed, calls: readonly ModelCall[]): Promise<Bill> {
  return { calls, usage: calls.length === 0 ? undefined : await added(deps, run, calls) };
}

async function added(deps: BillDeps, run: Billed, calls: readonly ModelCall[]): Promise<Usage> {
  const usage = usageOf(calls);
  try {
    return { ...usage, costMicroUsd: costOfEntries(await recordUsage(deps, run, calls)) };
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'unavailable') throw error;
    // Its workspace is gone, and with it the ledger; what the run has said is still worth keeping.
    deps.logger.error({ error, runId: run.runId, calls: calls.length }, 'the usage of a run was not recorded');
    return { ...usage, costMicroUsd: null };
  }
}
