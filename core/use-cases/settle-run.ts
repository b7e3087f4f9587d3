import { logIds } from '../domain/log-ids.ts';
import { projectionOf } from '../domain/projection.ts';
import { type Outcome, postpone, type RunRecord, settle, sweepAfterMs } from '../domain/run-record.ts';
import { isOpen } from '../domain/run-wait.ts';
import type { Journal } from '../ports/journal.ts';
import type { Event } from '../protocol/event.ts';
import type { ThreadView } from '../protocol/thread-view.ts';
import { type Bill, type BillDeps, billRun } from './bill-run.ts';
import type { Deps } from './deps.ts';
import { loadThread, threadStream, workspaceFeed } from './load-thread.ts';
import { wakeNext } from './park-run.ts';
import { approvalsChanged, tellAnswers } from './tell-answers.ts';

/** Without a queue, the sweep sends the next run of the thread. */
export interface SettleDeps
  extends Pick<Deps, 'runs' | 'store' | 'minter' | 'publisher' | 'log' | 'now' | 'spend' | 'logger' | 'metrics'>,
    Pick<BillDeps, 'ledger' | 'budgets'>,
    Partial<Pick<Deps, 'queue'>> {
  readonly journal: Journal;
}

/**
 * Writes down the end of a run whose outcome is decided: what its journal says that it took (unless its worker has `billed` it
 * already), its last event, then its items and those of earlier runs into Postgres. May be done again by whoever finds it half
 * done; the event is written once, and every call is billed once. A thread that only a later version can read whole is left for
 * that one's sweep: what is projected without what it says would be lost. Whether all is written down now.
 */
export async function settleRun(deps: SettleDeps, record: RunRecord, billed?: Bill): Promise<boolean> {
  if (!record.outcome) return false;
  const bill = billed ?? (await billRun(deps, record, { isOver: true }));
  const usage = bill.usage ?? record.outcome.usage;
  const outcome: Outcome = usage ? { ...record.outcome, usage } : record.outcome;
  // Behind the end nobody would believe them.
  await tellAnswers(deps, record);
  await Promise.all([
    deps.publisher.publish(threadStream(record.threadId), {
      batchId: `${record.runId}:ended`,
      runId: record.runId,
      searchAfter: record.acceptedAfterSeq,
      events: [lastEvent(outcome)],
    }),
    withdrawQuestions(deps, record),
    // What a worker reserved and did not live to settle. Not before the end is decided: until then another one may hold it.
    deps.spend.releaseRun(record.runId, bill.calls),
  ]);
  const view = await projectThread(deps, record);
  if (view) await wakeNext(deps, view);
  const isWhole = !view || view.unread === 0;
  if (isWhole) {
    const settled = await deps.runs.change(record.runId, (current) => settle(current, usage));
    if (settled?.kind === 'settled') tellEnd(deps, record, outcome);
  } else
    await deps.runs.change(record.runId, (current) =>
      postpone(current, deps.now(), sweepAfterMs.queued, record.dueAtMs),
    );
  return isWhole;
}

/** Whoever was to decide something for the run need not any more. */
async function withdrawQuestions({ publisher }: Pick<SettleDeps, 'publisher'>, record: RunRecord): Promise<void> {
  const { runId, workspaceId, waits } = record;
  if (!waits.some((wait) => isOpen(wait) && wait.kind !== 'client_tool')) return;
  await publisher.publish(workspaceFeed(workspaceId), { batchId: `${runId}:ended`, runId, events: [approvalsChanged] });
}

/** What nobody but us is to blame for. */
const ourFaults: ReadonlySet<string> = new Set(['internal', 'worker_lost', 'replay_diverged']);

function tellEnd(
  { logger, metrics }: Pick<SettleDeps, 'logger' | 'metrics'>,
  record: RunRecord,
  outcome: Outcome,
): void {
  const { status } = outcome;
  const reason = outcome.status === 'failed' ? outcome.error.code : undefined;
  metrics.record('RunsEnded', 1, { Outcome: reason ?? status });
  metrics.record('RunWorkMs', record.workedMs);
  if (reason && ourFaults.has(reason)) metrics.record('RunFaults', 1);
  logger.info({ ...logIds(record), status, ...(reason && { reason }), workedMs: record.workedMs }, 'run ended');
}

/** Keeps what has settled in the log of a thread in Postgres as well, unless there is more in it than this version can read. Null for a thread that was deleted meanwhile: it needs nothing. */
export async function projectThread(
  deps: Pick<Deps, 'store' | 'minter' | 'log'>,
  record: Pick<RunRecord, 'userId' | 'isAnonymous' | 'threadId'>,
): Promise<ThreadView | null> {
  const access = await deps.minter.forThread(record, record.threadId);
  const loaded = await loadThread(deps, access, record.threadId, 1);
  if (!loaded) return null;
  if (loaded.view.unread === 0) await deps.store.project(access, record.threadId, projectionOf(loaded.view));
  return loaded.view;
}

function lastEvent(outcome: Outcome): Event {
  switch (outcome.status) {
    case 'completed':
      return { type: 'run.completed', usage: outcome.usage };
    case 'failed':
      return { type: 'run.failed', error: outcome.error, ...(outcome.usage && { usage: outcome.usage }) };
    case 'cancelled':
      return { type: 'run.cancelled', ...(outcome.usage && { usage: outcome.usage }) };
    case 'timed_out':
      return { type: 'run.timed_out', ...(outcome.usage && { usage: outcome.usage }) };
  }
}
