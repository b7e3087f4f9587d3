import { historyFor } from '#core/domain/history.ts';
import type { Prepared } from '#core/domain/journal.ts';
import { impliedItems, leftovers } from '#core/domain/reconcile.ts';
import { finish, type Outcome } from '#core/domain/run-record.ts';
import { consumeSteers } from '#core/domain/run-steering.ts';
import { PlatformError } from '#core/errors.ts';
import type { AgentRunner, AgentTask } from '#core/ports/agent-runner.ts';
import type { BlobStore } from '#core/ports/blob-store.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { Journal } from '#core/ports/journal.ts';
import type { Tool } from '#core/ports/tool.ts';
import type { ItemId, RunId } from '#core/protocol/ids.ts';
import type { Item } from '#core/protocol/item.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import type { Deps } from '#core/use-cases/deps.ts';
import { loadThread, threadStream } from '#core/use-cases/load-thread.ts';
import { settleRun } from '#core/use-cases/settle-run.ts';
import { suspendRun } from '#core/use-cases/suspend-run.ts';
import { converse } from './converse.ts';
import type { Append } from './event-writer.ts';
import type { HeldRun } from './live-runs.ts';
import { historyAt, historyLimit, prepareRun, readableHistory } from './prepare-run.ts';
import { retryUnavailable } from './retry.ts';
import { itemIdOf } from './run-ids.ts';
import { type AttemptJournal, LeaseLostError, openJournal } from './run-journal.ts';
import { waitItsTurn } from './wait-its-turn.ts';
import { answerIn, toWait } from './waits.ts';

export interface AttemptDeps extends Omit<Deps, 'connections'> {
  readonly runner: AgentRunner;
  readonly journal: Journal;
  readonly blobs: BlobStore;
  readonly tools: readonly Tool[];
  readonly defaultModel: string;
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
 * fails for good; the run then comes back through the queue.
 */
export async function attemptRun(deps: AttemptDeps, run: HeldRun): Promise<AttemptEnd> {
  const guarded = (task: () => Promise<Worked>) => task().catch((error: unknown) => afterFault(deps, error, run));
  let worked = await guarded(() => work(deps, run));
  for (;;) {
    if (typeof worked === 'string') return worked;
    const end = await settle(deps, run, worked.outcome);
    if (end !== 'steered') return end;
    const { goOn } = worked;
    if (!goOn) return 'left';
    worked = await guarded(goOn);
  }
}

/** What came of working on a run: how it is to end, unless it is to go on because it has been told something more. */
type Worked = AttemptEnd | { readonly outcome: Outcome; readonly goOn?: () => Promise<Worked> };

/** A store that does not answer may answer the next worker. Anything else would go wrong again, and ask the model again: the run ends. */
function afterFault({ logger }: AttemptDeps, error: unknown, { signal }: HeldRun): Worked {
  if (error instanceof LeaseLostError) return 'left';
  if (signal.aborted || (error instanceof PlatformError && error.code === 'unavailable')) throw error;
  logger.error({ error }, 'an attempt failed for good');
  const message = 'Something went wrong on our side. It has been logged; you can try it again.';
  return { outcome: { status: 'failed', error: { code: 'internal', message } } };
}

/** `steered`: the run goes on instead, because somebody has put a message into it that it has not read. */
async function settle(deps: AttemptDeps, run: HeldRun, outcome: Outcome): Promise<AttemptEnd | 'steered'> {
  const { runId, attempt } = run.record;
  const end = await retryUnavailable(() =>
    deps.runs.change(runId, (current) => finish(current, attempt, outcome, deps.now())),
  );
  if (end?.kind === 'steered') return 'steered';
  if (end?.kind !== 'ended') return 'left';
  await retryUnavailable(() => settleRun(deps, end.record));
  return 'done';
}

interface Attempt {
  readonly access: DataAccess;
  readonly journal: AttemptJournal;
  readonly append: Append;
  readonly load: () => Promise<ThreadView | null>;
}

async function work(deps: AttemptDeps, run: HeldRun): Promise<Worked> {
  const { record } = run;
  const isLost = () => run.stopReason() === 'lost';
  const access = await deps.minter.forUser(record);
  const limit = record.attempt === 1 ? historyLimit : 2 * historyLimit;
  const load = async () =>
    (await retryUnavailable(() => loadThread(deps, access, record.threadId, limit), isLost))?.view ?? null;
  const options = { journal: deps.journal, owner: deps.owner, isHeld: run.isHeld, isPointless: isLost };
  const [view, journal] = await Promise.all([load(), openJournal(options, record)]);
  if (!view) return threadMissing;
  const turn = await waitItsTurn(deps, run, view);
  if (turn === 'waits') return 'done';
  if (turn === 'lost') return 'left';
  const current = turn === 'reload' ? await load() : view;
  if (!current) return threadMissing;
  return begin(deps, run, current, { access, journal, append: appendTo(deps, run, isLost), load });
}

/** Fixes what the run is decided by, or finds it fixed, and lets the agent work. */
async function begin(
  deps: AttemptDeps,
  run: HeldRun,
  view: ThreadView,
  { access, journal, append, load }: Attempt,
): Promise<Worked> {
  const { runId, attempt } = run.record;
  const isFirst = journal.entries.length === 0;
  const before = historyFor(view, runId);
  const prepared = journal.prepared ?? (await prepareRun(deps, access, run.record, readableHistory(before)));
  if (!prepared) return agentMissing;
  const history = isFirst ? readableHistory(before) : historyAt(prepared.history, before);
  if (!history) return historyChanged;

  const main = mainAgent(prepared);
  if (!main) return agentMissing;
  run.limitSeconds(main.limits.maxSeconds);
  const fenced = journal.begin(prepared);
  const started = append([{ type: 'run.started', agentId: main.id, model: main.model }]);
  const task = taskOf(deps, run, { prepared, journal, history, access });
  // The model is asked while these are on their way; whatever the run writes comes behind them.
  fenced.catch(() => {});
  if (attempt === 1 && isFirst)
    return converseAndEnd(deps, run, task, { journal, append, load, opened: started, shown: [] });

  await Promise.all([fenced, started]);
  await consumeRead(deps, run, journal);
  // Only now, that nothing which an earlier attempt still writes counts any more, is all that it left there to be seen.
  const loaded = await load();
  if (!loaded) return threadMissing;
  const shown = itemsOf(loaded, runId);
  const implied = new Map([...impliedItems(journal.entries)].map(([key, text]) => [itemIdOf(runId, key), text]));
  const cutOff = leftovers(shown, implied);
  const opened = cutOff.length > 0 ? append([{ type: 'turn.restarted', itemIds: cutOff }]) : started;
  const kept = shown.filter(({ id }) => !cutOff.includes(id));
  return converseAndEnd(deps, run, task, { journal, append, load, opened, shown: kept });
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
  const usage = journal.used;
  switch (told.status) {
    case 'completed': {
      // What was told is told again and shown to nobody, up to where the message is read.
      const goOn = async () => {
        await run.refresh();
        const view = await log.load();
        return view ? converseAndEnd(deps, run, task, { journal, ...log, shown: itemsOf(view, runId) }) : threadMissing;
      };
      return { outcome: { status: 'completed', usage }, goOn };
    }
    case 'failed':
      return { outcome: { status: 'failed', error: told.error, usage } };
    case 'cancelled':
    case 'timed_out':
      return { outcome: { status: told.status, usage } };
    case 'waiting': {
      const waits = told.waits.map((request) => toWait(runId, deps.now(), request));
      const suspension = await retryUnavailable(() => suspendRun(deps, run.record, waits));
      return suspension.kind === 'lost' ? 'left' : 'done';
    }
    case 'handover':
    case 'left':
      return told.status;
  }
}

function taskOf(
  { minter, runs }: AttemptDeps,
  run: HeldRun,
  { prepared, journal, history, access }: Pick<AgentTask, 'prepared' | 'history'> & Pick<Attempt, 'access' | 'journal'>,
): AgentTask {
  const { runId, threadId, workspaceId, userId, isAnonymous, attempt } = run.record;
  const read = (): Set<ItemId> =>
    new Set(
      journal.entries.flatMap((entry) => (entry.type === 'steered' ? entry.messages.map(({ itemId }) => itemId) : [])),
    );
  let lastAccess = { access, atMs: run.record.claimedAtMs ?? 0 };
  return {
    prepared,
    history,
    journal: {
      model: journal.model,
      tool: journal.tool,
      steered: journal.steered,
      get used() {
        return journal.used;
      },
      async append(entry) {
        await journal.append(entry);
        if (entry.type !== 'steered') return;
        const itemIds = entry.messages.map(({ itemId }) => itemId);
        await retryUnavailable(() => runs.change(runId, (current) => consumeSteers(current, attempt, itemIds)));
      },
    },
    context: {
      workspaceId,
      userId,
      isAnonymous,
      runId,
      threadId,
      async access() {
        const atMs = run.nowMs();
        if (atMs - lastAccess.atMs > accessGoodForMs) lastAccess = { access: await minter.forUser(run.record), atMs };
        return lastAccess.access;
      },
    },
    answerTo: (kind, callId) => answerIn(run.record, kind, callId),
    isGranted: (agentId, tool) =>
      run.current().grants.some((grant) => grant.agentId === agentId && grant.tool === tool) ||
      (prepared.agents.find(({ id }) => id === agentId)?.granted.includes(tool) ?? false),
    steers() {
      const known = read();
      return run.current().steered.filter(({ consumed, itemId }) => !consumed && !known.has(itemId));
    },
    isDraining: run.isDraining,
    signal: run.signal,
  };
}

/** Well below the 15 minutes that an access is good for. */
const accessGoodForMs = 5 * 60_000;

/** What the journal says was read is off the record too, also when a worker died in between. */
async function consumeRead({ runs }: AttemptDeps, { record }: HeldRun, { entries }: AttemptJournal): Promise<void> {
  const unread = new Set(record.steered.flatMap(({ consumed, itemId }) => (consumed ? [] : [itemId])));
  const read = entries
    .flatMap((entry) => (entry.type === 'steered' ? entry.messages.map(({ itemId }) => itemId) : []))
    .filter((itemId) => unread.has(itemId));
  if (read.length === 0) return;
  await retryUnavailable(() => runs.change(record.runId, (current) => consumeSteers(current, record.attempt, read)));
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

const failed = (code: 'agent_missing' | 'replay_diverged', message: string): Worked => ({
  outcome: { status: 'failed', error: { code, message } },
});
const threadMissing = failed('agent_missing', 'The thread of this run has been deleted.');
const agentMissing = failed(
  'agent_missing',
  'The agent of this thread is not there any more. Start a new thread with another one.',
);
const historyChanged = failed(
  'replay_diverged',
  'The run could not be taken up where it was left: what was said before it is not the same any more.',
);
