import type { Principal } from '../domain/principal.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { summaryOf } from '../domain/run-summary.ts';
import { notFound, PlatformError } from '../errors.ts';
import type { RunId } from '../protocol/ids.ts';
import type { RunSummary } from '../protocol/run-routes.ts';
import { announceCancel, endByRequest } from './cancel-run.ts';
import type { Deps } from './deps.ts';
import { visibleRun } from './fleet.ts';
import type { SettleDeps } from './settle-run.ts';

export interface KillDeps extends SettleDeps, Pick<Deps, 'now'> {
  /** Resolves after that many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}

/** Longer than a lease, and shorter than the 30 s that API Gateway waits. Who kills a run whose worker has just died is asked to come again. */
const patienceMs = 24_000;
const lookEveryMs = 500;
/**
 * A worker that is cut off from the stores looks at its leases every second, and tells the tools of a lost run to stop; they may take
 * ten (adapters/models/tools-at-work.ts). Nobody hears of it, so this is waited for.
 */
const stopsWithinMs = 11_000;

/**
 * Ends a run, and resolves when it has truly ended and its end is written down: then nothing of it works any more, but for the tools
 * that `leftWorking` names. Of a worker whose lease ran out it is taken that it has noticed by its own clock. May be asked again. For
 * the owner of its thread, and the owners and admins of its workspace.
 * Errors: `not_found`, `still_running` when it could not be stopped in time (it will be, and nothing more needs to be done).
 */
export async function killRun(deps: KillDeps, caller: Principal, runId: RunId): Promise<RunSummary> {
  const { who } = await visibleRun(deps, caller, runId);
  const deadlineMs = deps.now() + patienceMs;
  await announceCancel(deps, await endByRequest(deps, runId));
  for (;;) {
    const record: RunRecord | null = await deps.runs.get(runId);
    if (!record) throw notFound('run', runId);
    const isQuiet = deps.now() >= (record.lostAtMs ?? Number.NEGATIVE_INFINITY) + stopsWithinMs;
    if (record.settled && isQuiet) return summaryOf(record, who, deps.now());
    if (deps.now() >= deadlineMs)
      throw new PlatformError(
        'still_running',
        'The run is being stopped, but may still be at work. Look again in a moment.',
      );
    await deps.pause(lookEveryMs);
    // Each time: once its worker's lease has run out, asking again ends it.
    if (!record.settled) await endByRequest(deps, runId);
  }
}
