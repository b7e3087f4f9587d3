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

/**
 * Adds what a run's models took to the ledger, as its journal says, and answers its sum with what it cost; null when it has asked
 * none. A run that `isOver` holds nothing back afterwards. May be done again, by anybody: every call is billed once.
 * Errors: `unavailable`.
 */
export async function billRun(
  deps: BillDeps & { readonly journal: Journal },
  run: Billed,
  { isOver }: { isOver: boolean },
): Promise<Usage | null> {
  const records = await deps.journal.read(run.runId);
  const entries = records.map(({ entry }) => entry);
  return billCalls(deps, run, { calls: modelCallsIn(entries, { isOver }), isOver });
}

/** The same for whoever knows the calls. */
export async function billCalls(
  deps: BillDeps,
  run: Billed,
  { calls, isOver }: { calls: readonly ModelCall[]; isOver: boolean },
): Promise<Usage | null> {
  // What a worker reserved and did not live to settle.
  const released = isOver ? deps.spend.releaseRun(run.runId, calls) : undefined;
  const [usage] = await Promise.all([calls.length === 0 ? null : added(deps, run, calls), released]);
  return usage;
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
