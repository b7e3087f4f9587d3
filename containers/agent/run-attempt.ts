import { answeredBy, answeringAgent } from '#core/domain/answering-agent.ts';
import type { Prepared } from '#core/domain/journal.ts';
import { usageOf } from '#core/domain/paid-calls.ts';
import { impliedItems, leftovers } from '#core/domain/reconcile.ts';
import { finish, type Outcome } from '#core/domain/run-record.ts';
import { isUnavailable, PlatformError } from '#core/errors.ts';
import type { AgentRunner, AgentTask } from '#core/ports/agent-runner.ts';
import type { AgentContext } from '#core/ports/agent-store.ts';
import type { BlobStore } from '#core/ports/blob-store.ts';
import type { Journal } from '#core/ports/journal.ts';
import type { SpendGuard } from '#core/ports/spend-guard.ts';
import type { RunContext } from '#core/ports/tool.ts';
import { noTracer, type Tracer } from '#core/ports/tracer.ts';
import type { AgentId, RunId } from '#core/protocol/ids.ts';
import type { Item } from '#core/protocol/item.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import { type Bill, billCalls } from '#core/use-cases/bill-run.ts';
import type { Deps } from '#core/use-cases/deps.ts';
import { historyLimit } from '#core/use-cases/load-history.ts';
import { type LoadedThread, loadThread, threadStream } from '#core/use-cases/load-thread.ts';
import type { UsageDeps } from '#core/use-cases/record-usage.ts';
import { settleRun } from '#core/use-cases/settle-run.ts';
import { suspendRun } from '#core/use-cases/suspend-run.ts';
import { consumeRead, contextOf, taskOf } from './agent-task.ts';
import { converse } from './converse.ts';
import type { Append } from './event-writer.ts';
import { readableThread } from './leave-to-newer.ts';
import type { HeldRun } from './live-runs.ts';
import { type PrepareDeps, prepareRun } from './prepare-run.ts';
import type { ReadAhead, ReadDeps } from './read-ahead.ts';
import { retryUnavailable } from './retry.ts';
import { agentMissing, historyChanged, projectUnusable, threadMissing } from './run-dead-ends.ts';
import { createRunHistory, type RunHistory } from './run-history.ts';
import { itemIdOf } from './run-ids.ts';
import { type AttemptJournal, LeaseLostError, openJournal } from './run-journal.ts';
import { trackProgress } from './run-progress.ts';
import { waitItsTurn } from './wait-its-turn.ts';
import { toWait } from './waits.ts';

export interface AttemptDeps extends Omit<Deps, 'connections'>, PrepareDeps, ReadDeps, Omit<UsageDeps, 'minter'> {
  readonly spend: SpendGuard;
  readonly runner: AgentRunner;
  readonly journal: Journal;
  readonly blobs: BlobStore;
  /** Without one nothing is traced. */
  readonly tracer?: Tracer;
  /** Names this worker. */
  readonly owner: string;
}

/**
 * `done`: the run needs no worker now, and its message is to be deleted. `handover`: another worker is to go on at once.
 * `left`: it is another worker's already, and this one has written all that it will.
 */
export type AttemptEnd = 'done' | 'handover' | 'left';

/**
 * Works on a claimed run until its end is written down, it has to wait for somebody, or it is stopped. Throws when a store
 * fails for good; the run then comes back through the queue. `ahead`: what has been read of it, or is being read.
 */
export async function attemptRun(deps: AttemptDeps, run: HeldRun, ahead?: ReadAhead): Promise<AttemptEnd> {
  const guarded = (task: () => Promise<Worked>) => task().catch((error: unknown) => afterFault(deps, error, run));
  let worked = await guarded(() => work(deps, run, ahead));
  for (;;) {
    if (typeof worked === 'string') return worked;
    const end = await settle(deps, run, worked);
    if (end !== 'steered') return end;
    const { goOn } = worked;
    if (!goOn) return 'left';
    worked = await guarded(goOn);
  }
}

/** What came of working on a run: how it is to end, unless it is to go on because it has been told something more. */
type Worked = AttemptEnd | { readonly outcome: Outcome; readonly billed?: Bill; readonly goOn?: () => Promise<Worked> };

/** A store that does not answer may answer the next worker. Anything else would go wrong again, and ask the model again: the run ends. */
function afterFault({ logger }: AttemptDeps, error: unknown, { signal }: HeldRun): Worked {
  if (error instanceof LeaseLostError) return 'left';
  if (signal.aborted || isUnavailable(error)) throw error;
  if (error instanceof PlatformError && error.code === 'project_unusable') return projectUnusable(error);
  logger.error({ error }, 'an attempt failed for good');
  const message = 'Something went wrong on our side. It has been logged; you can try it again.';
  return { outcome: { status: 'failed', error: { code: 'internal', message } } };
}

/** `steered`: the run goes on instead, because somebody has put a message into it that it has not read. */
async function settle(
  deps: AttemptDeps,
  run: HeldRun,
  { outcome, billed }: Extract<Worked, object>,
): Promise<AttemptEnd | 'steered'> {
  const { runId, attempt } = run.record;
  const end = await retryUnavailable(() =>
    deps.runs.change(runId, (current) => finish(current, attempt, outcome, deps.now())),
  );
  if (end?.kind === 'steered') return 'steered';
  if (end?.kind !== 'ended' && end?.kind !== 'already') return 'left';
  await (deps.tracer ?? noTracer).span('settle', { runId, attempt }, () =>
    retryUnavailable(() => settleRun(deps, end.record, billed)),
  );
  return 'done';
}

interface Attempt {
  readonly context: RunContext;
  readonly journal: AttemptJournal;
  readonly append: Append;
  readonly load: () => Promise<LoadedThread | null>;
  readonly history: RunHistory;
  readonly surroundings: (agentId: AgentId) => Promise<AgentContext | null>;
}

async function work(deps: AttemptDeps, run: HeldRun, ahead: ReadAhead | undefined): Promise<Worked> {
  const { record } = run;
  const isLost = () => run.stopReason() === 'lost';
  const context = ahead?.context ?? contextOf(deps, record, deps.minter.forUser(record));
  const readThread = async () =>
    readableThread(await loadThread(deps, await context.access(), record.threadId, historyLimit));
  const load = () => retryUnavailable(readThread, isLost);
  const options = { journal: deps.journal, owner: deps.owner, isHeld: run.isHeld, isPointless: isLost };
  const surroundings = (agentId: AgentId) =>
    retryUnavailable(
      triedBefore(agentId === record.agentId ? ahead?.surroundings : undefined, async () =>
        deps.agents.context(await context.access(), agentId),
      ),
      isLost,
    );
  const [thread, journal] = await Promise.all([
    retryUnavailable(triedBefore(ahead?.thread, readThread), isLost),
    openJournal(options, record),
  ]);
  if (!thread) return threadMissing;
  const turn = await waitItsTurn(deps, run, thread.view);
  if (turn === 'waits') return 'done';
  if (turn === 'lost') return 'left';
  const current = turn === 'reload' ? await load() : thread;
  if (!current) return threadMissing;
  const append = trackProgress(deps, run, journal, appendTo(deps, run, isLost));
  const history = createRunHistory(deps, run, context.access, isLost);
  return begin(deps, run, current, { context, journal, append, load, history, surroundings });
}

/** What has been under way for a while is the first try. */
function triedBefore<Result>(early: Promise<Result> | undefined, again: () => Promise<Result>): () => Promise<Result> {
  let first = early;
  return () => {
    const tried = first ?? again();
    first = undefined;
    return tried;
  };
}

/** Fixes what the run is decided by, or finds it fixed, and lets the agent work. */
async function begin(
  deps: AttemptDeps,
  run: HeldRun,
  thread: LoadedThread,
  { context, journal, append, load, history: ofRun, surroundings }: Attempt,
): Promise<Worked> {
  const { runId, attempt } = run.record;
  const isFirst = journal.entries.length === 0;
  const begun = journal.prepared;
  const fresh = begun ? null : await ofRun.newest(thread);
  const prepared = fresh ? await prepare(deps, run, surroundings, fresh) : begun;
  if (!prepared) return agentMissing;
  const history = fresh ? fresh.items : await ofRun.at(thread, prepared.history);
  if (!history) return historyChanged;

  const main = mainAgent(prepared);
  if (!main) return agentMissing;
  run.limitSeconds(main.limits.maxSeconds);
  if (main.id !== run.record.agentId)
    await retryUnavailable(() => deps.runs.change(runId, (current) => answeredBy(current, attempt, main.id)));
  const fenced = journal.begin(prepared);
  const started = append([{ type: 'run.started', agentId: main.id, model: main.model }]);
  const task = taskOf(deps, run, { prepared, journal, history, context });
  // The model is asked while these are on their way; whatever the run writes comes behind them.
  fenced.catch(() => {});
  if (attempt === 1 && isFirst)
    return converseAndEnd(deps, run, task, { journal, append, load, opened: started, shown: [] });

  await Promise.all([fenced, started]);
  // An earlier attempt may have begun after this one had looked: then the run is what that one said.
  const decided = await decidedBy(deps, run, { prepared, task, journal, thread, history: ofRun, context });
  if ('outcome' in decided) return decided;
  await consumeRead(deps, run, journal);
  // Only now, that nothing which an earlier attempt still writes counts any more, is all that it left there to be seen.
  const loaded = await load();
  if (!loaded) return threadMissing;
  const shown = itemsOf(loaded.view, runId);
  const implied = new Map([...impliedItems(journal.entries)].map(([key, text]) => [itemIdOf(runId, key), text]));
  const cutOff = leftovers(shown, implied);
  const opened = cutOff.length > 0 ? append([{ type: 'turn.restarted', itemIds: cutOff }]) : started;
  const kept = shown.filter(({ id }) => !cutOff.includes(id));
  return converseAndEnd(deps, run, decided.task, { journal, append, load, opened, shown: kept });
}

type Decided = { readonly prepared: Prepared; readonly thread: LoadedThread; readonly task: AgentTask } & Pick<
  Attempt,
  'journal' | 'history' | 'context'
>;

/** The task as the journal has it, now that this attempt's fence stands. */
async function decidedBy(
  deps: AttemptDeps,
  run: HeldRun,
  { prepared: own, task, journal, thread, history: ofRun, context }: Decided,
): Promise<{ readonly task: AgentTask } | Extract<Worked, object>> {
  const { prepared = own } = journal;
  if (prepared === own) return { task };
  const history = await ofRun.at(thread, prepared.history);
  if (!history) return historyChanged;
  const main = mainAgent(prepared);
  if (!main) return agentMissing;
  run.limitSeconds(main.limits.maxSeconds);
  return { task: taskOf(deps, run, { prepared, journal, history, context }) };
}

async function prepare(
  deps: AttemptDeps,
  { record }: HeldRun,
  surroundings: Attempt['surroundings'],
  { view, items }: { readonly view: ThreadView; readonly items: Item[] },
): Promise<Prepared | null> {
  const agentId = answeringAgent(record, view);
  const found = await surroundings(agentId);
  return found && prepareRun(deps, { agentId }, found, items);
}

const itemsOf = (view: ThreadView, runId: RunId): Item[] => view.items.filter((item) => item.runId === runId);

type Conversation = Pick<Attempt, 'journal' | 'append' | 'load'> &
  Pick<Parameters<typeof converse>[2], 'opened' | 'shown'>;

async function converseAndEnd(
  deps: AttemptDeps,
  run: HeldRun,
  task: AgentTask,
  { journal, ...log }: Conversation,
): Promise<Worked> {
  const { runId } = run.record;
  const told = await converse(deps, run, { task, ...log });
  // What broke off is noted in the moment in which it does, and has to be there before anybody reckons.
  await journal.written();
  if (told.status === 'handover' || told.status === 'left') return told.status;
  const isOver = told.status !== 'waiting';
  const calls = journal.modelCalls({ isOver });
  const billed = await retryUnavailable(() => billCalls(deps, run.record, calls));
  switch (told.status) {
    case 'completed': {
      // What was told is told again and shown to nobody, up to where the message is read.
      const goOn = async () => {
        await run.refresh();
        const thread = await log.load();
        if (!thread) return threadMissing;
        return converseAndEnd(deps, run, task, { journal, ...log, shown: itemsOf(thread.view, runId) });
      };
      return { outcome: { status: 'completed', usage: billed.usage ?? usageOf(calls) }, billed, goOn };
    }
    case 'failed':
    case 'cancelled':
    case 'timed_out': {
      const { leftWorking, ...end } = told;
      if (leftWorking)
        deps.logger.warn({ leftWorking, status: end.status }, 'a run has ended while tools of it still worked');
      return { outcome: { ...end, ...(leftWorking && { leftWorking: [...leftWorking] }) }, billed };
    }
    case 'waiting': {
      const waits = told.waits.map((request) => toWait(runId, deps.now(), request));
      const suspension = await retryUnavailable(() => suspendRun(deps, run.record, waits, billed.usage));
      return suspension.kind === 'lost' || suspension.kind === 'illegal_transition' ? 'left' : 'done';
    }
  }
}

/** Writes the run's events under this attempt. A batch that may have landed is sent again under the same name. */
function appendTo(deps: AttemptDeps, { record }: HeldRun, isLost: () => boolean): Append {
  const { runId, threadId, attempt } = record;
  let batches = 0;
  return (events) => {
    batches += 1;
    const batch = { batchId: `${runId}:${attempt}:${batches}`, runId, attempt, events };
    return retryUnavailable(() => deps.publisher.publish(threadStream(threadId), batch), isLost);
  };
}

const mainAgent = ({ agents, agentId }: Prepared) => agents.find(({ id }) => id === agentId);
