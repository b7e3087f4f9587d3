import { type AnyEnvelope, type EventEnvelope, isKnownEvent } from './event.ts';
import type { ItemId, RunId } from './ids.ts';
import { type ApprovalItem, type Item, isAgentItem, type ToolCallItem } from './item.ts';
import type { ThreadSnapshot } from './routes.ts';
import { isTerminal, type Run, type RunStatus, waitingRunStatuses } from './run.ts';
import type { Thread } from './thread.ts';

/**
 * A thread as a reader sees it: the fold of its events. The same function folds it in the worker, in the API and in the
 * browser, so they cannot disagree.
 */
export interface ThreadView {
  /** Everything up to this seq has been applied. */
  readonly seq: number;
  readonly thread: Thread | null;
  readonly deleted: boolean;
  /** In the order of their runs; within a run, in the order of their arrival. */
  readonly items: readonly Item[];
  readonly runs: Readonly<Record<RunId, Run>>;
  /** The seq at which each item was added, for items that came by an event and not from a snapshot. */
  readonly addedAt: Readonly<Record<ItemId, number>>;
  /** The turns in which messages were read that have not come yet. */
  readonly readEarly: Readonly<Record<ItemId, number>>;
  /** How many of its events only a later version can read. Whoever is to act on the whole thread must leave it to that one. */
  readonly unread: number;
}

export const emptyThreadView: ThreadView = {
  seq: 0,
  thread: null,
  deleted: false,
  items: [],
  runs: {},
  addedAt: {},
  readEarly: {},
  unread: 0,
};

/** The view that a snapshot shows; events after `snapshot.seq` are to be applied to it. */
export function viewOf(snapshot: ThreadSnapshot): ThreadView {
  return {
    ...emptyThreadView,
    seq: snapshot.seq,
    thread: snapshot.thread,
    items: snapshot.items,
    runs: Object.fromEntries(snapshot.runs.map((run) => [run.id, run])),
  };
}

/** The view with an older page before it. Items and runs that the view already has stay as they are. */
export function withOlderItems(view: ThreadView, items: readonly Item[], runs: readonly Run[]): ThreadView {
  const known = new Set(view.items.map((item) => item.id));
  const allRuns = { ...Object.fromEntries(runs.map((run) => [run.id, run])), ...view.runs };
  return {
    ...view,
    items: [...items.filter((item) => !known.has(item.id)), ...view.items].sort(
      (a, b) => placeOf(allRuns, a) - placeOf(allRuns, b),
    ),
    runs: allRuns,
  };
}

/** Stands in the place of an event that the log has let go. */
export const expiredEvent = 'expired';

/**
 * Applies one event. Total and idempotent: an event that was applied before changes nothing; one that leaves a gap is not
 * applied (compare `view.seq` with what was expected, and ask for the rest); an unknown type keeps its place and does
 * nothing; what an older attempt of a run wrote after a newer one had started is ignored, and so is anything that a run
 * wrote after its end, or that belongs to a run of an older page.
 */
export function applyEvent(view: ThreadView, envelope: AnyEnvelope): ThreadView {
  if (envelope.seq !== view.seq + 1) return view;
  const advanced = { ...view, seq: envelope.seq };
  if (envelope.event.type === expiredEvent) return advanced;
  if (!isKnownEvent(envelope.event)) return { ...advanced, unread: view.unread + 1 };
  if (isStale(view, envelope)) return advanced;
  return applyKnown(advanced, { ...envelope, event: envelope.event });
}

export const applyEvents = (view: ThreadView, envelopes: readonly AnyEnvelope[]): ThreadView =>
  envelopes.reduce(applyEvent, view);

function isStale(view: ThreadView, { runId, attempt, event, at }: AnyEnvelope): boolean {
  if (!runId || event.type.startsWith('thread.')) return false;
  const run = view.runs[runId];
  if (!run) return event.type !== 'run.queued';
  // What a person says is said, also when the run that was to read it has just ended.
  if (isSteering(event) && at >= (run.finishedAt ?? '')) return false;
  return isTerminal(run.status) || (attempt !== undefined && attempt < run.attempt);
}

const isSteering = (event: AnyEnvelope['event']): boolean =>
  isKnownEvent(event) &&
  event.type === 'item.added' &&
  event.item.type === 'user_message' &&
  event.item.delivery === 'steer';

function applyKnown(view: ThreadView, envelope: EventEnvelope): ThreadView {
  const { event, runId, at } = envelope;
  switch (event.type) {
    case 'thread.created':
    case 'thread.updated':
      return { ...view, thread: event.thread };
    case 'thread.deleted':
      return { ...view, deleted: true };
    case 'item.added':
      return insertItem(view, event.item);
    case 'item.delta':
      return changeItem(view, event.itemId, (item) =>
        'text' in item && item.type !== 'user_message' ? { ...item, text: item.text + event.text } : item,
      );
    case 'item.done':
      return changeItem(view, event.itemId, (item) => {
        if (!isAgentItem(item)) return item;
        const { status, cutOff } = event;
        return { ...item, status, ...(cutOff && item.type !== 'tool_call' && { cutOff }) };
      });
    case 'item.removed':
      return removeItems(view, [event.itemId]);
    case 'item.read':
      return readItem(view, event);
    case 'turn.restarted':
      return removeItems(view, event.itemIds);
    case 'tool.started':
      return changeItem(view, event.itemId, (item) =>
        item.type === 'tool_call' ? { ...item, status: 'in_progress' } : item,
      );
    case 'tool.done':
      return changeItem(view, event.itemId, (item) => {
        if (item.type !== 'tool_call') return item;
        const { type: _, itemId: __, ...result } = event;
        return { ...withoutClient(item), status: 'completed', result };
      });
    case 'client_tool.requested':
      return changeItem(view, event.itemId, (item) =>
        item.type === 'tool_call' ? { ...item, awaitsClient: { expiresAt: event.expiresAt } } : item,
      );
    case 'client_tool.resolved':
      return changeItem(view, event.itemId, (item) => (item.type === 'tool_call' ? withoutClient(item) : item));
    case 'approval.requested':
    case 'handoff':
      return insertItem(view, event.item);
    case 'approval.resolved':
      return changeApproval(view, event.approvalId, (item) => ({
        ...item,
        status: event.status,
        ...(event.resolution && { resolution: event.resolution }),
      }));
    case 'run.queued':
      return addRun(view, { ...event.run, queuedSeq: envelope.seq });
    case 'run.started':
      return changeRun(view, runId, (run) => ({
        ...run,
        agentId: event.agentId,
        status: 'running',
        attempt: envelope.attempt ?? run.attempt,
      }));
    case 'run.awaiting':
      return changeRun(view, runId, (run) =>
        isAnswered(run, envelope, event) ? run : { ...run, status: event.status },
      );
    case 'run.cancelling':
      return changeRun(view, runId, (run) => ({ ...run, cancelling: true }));
    case 'usage':
      return changeRun(view, runId, (run) => ({ ...run, usage: event.usage }));
    case 'run.completed':
      return endRun(view, runId, { status: 'completed', usage: event.usage, finishedAt: at });
    case 'run.failed':
      return endRun(view, runId, { status: 'failed', error: event.error, finishedAt: at, ...usageOf(event) });
    case 'run.cancelled':
      return endRun(view, runId, { status: 'cancelled', finishedAt: at, ...usageOf(event) });
    case 'run.timed_out':
      return endRun(view, runId, { status: 'timed_out', finishedAt: at, ...usageOf(event) });
    case 'limit.reached':
    case 'workspace.changed':
    case 'notice':
      return view;
  }
}

/** Of what one attempt waits for, things are only ever answered: it does not come back to an earlier status. */
const isAnswered = (run: Run, { attempt }: EventEnvelope, { status }: Pick<Run, 'status'>): boolean =>
  attempt === run.attempt && waitingOrder.indexOf(status) < waitingOrder.indexOf(run.status);

const waitingOrder: readonly RunStatus[] = waitingRunStatuses;

const usageOf = ({ usage }: { usage?: Run['usage'] }): Pick<Run, 'usage'> => (usage ? { usage } : {});

/**
 * After the last item of the same or an earlier run: a message that was queued behind a run stays behind its answer. One that
 * is there already stays as it is.
 */
function insertItem(view: ThreadView, item: Item): ThreadView {
  if (view.items.some(({ id }) => id === item.id)) return view;
  const { [item.id]: readInTurn, ...readEarly } = view.readEarly;
  const own = placeOf(view.runs, item);
  const index = view.items.findLastIndex((before) => placeOf(view.runs, before) <= own) + 1;
  return {
    ...view,
    items: view.items.toSpliced(index, 0, withRead(item, readInTurn)),
    readEarly,
    addedAt: { ...view.addedAt, [item.id]: view.seq },
  };
}

/** Where an item's run stands among the runs of its thread. */
const placeOf = (runs: ThreadView['runs'], { runId }: Item): number => runs[runId]?.queuedSeq ?? 0;

function changeItem(view: ThreadView, id: ItemId, change: (item: Item) => Item): ThreadView {
  const index = view.items.findLastIndex((item) => item.id === id);
  const item = view.items[index];
  return item ? { ...view, items: view.items.with(index, change(item)) } : view;
}

const withRead = (item: Item, readInTurn: number | undefined): Item =>
  item.type === 'user_message' && readInTurn !== undefined ? { ...item, readInTurn } : item;

function readItem(view: ThreadView, { itemId, turn }: { itemId: ItemId; turn: number }): ThreadView {
  const isThere = view.items.some(({ id }) => id === itemId);
  return isThere
    ? changeItem(view, itemId, (item) => withRead(item, turn))
    : { ...view, readEarly: { ...view.readEarly, [itemId]: turn } };
}

function removeItems(view: ThreadView, ids: readonly ItemId[]): ThreadView {
  return { ...view, items: view.items.filter((item) => !ids.includes(item.id)) };
}

function changeRun(view: ThreadView, id: RunId | undefined, change: (run: Run) => Run): ThreadView {
  const run = id && view.runs[id];
  return run ? { ...view, runs: { ...view.runs, [run.id]: change(run) } } : view;
}

/** Adds a run at its place in the tree of runs: where it says, beside the run that it is instead of, or after the newest one. */
function addRun(view: ThreadView, run: Run): ThreadView {
  return { ...view, runs: { ...view.runs, [run.id]: { ...run, parentRunId: parentOf(view, run) } } };
}

function parentOf(view: ThreadView, run: Run): RunId | null {
  if (run.parentRunId !== undefined) return run.parentRunId;
  const insteadOf = run.retryOf ?? run.regenerates ?? run.replaces;
  if (insteadOf) return view.runs[insteadOf]?.parentRunId ?? null;
  return runBefore(view, run)?.id ?? null;
}

const runBefore = (view: ThreadView, { queuedSeq }: Run): Run | undefined =>
  Object.values(view.runs).reduce<Run | undefined>(
    (newest, run) => (run.queuedSeq < queuedSeq && !(newest && newest.queuedSeq > run.queuedSeq) ? run : newest),
    undefined,
  );

function changeApproval(
  view: ThreadView,
  id: ApprovalItem['approvalId'],
  change: (item: ApprovalItem) => ApprovalItem,
): ThreadView {
  const item = view.items.find((candidate) => candidate.type === 'approval' && candidate.approvalId === id);
  return item ? changeItem(view, item.id, (found) => (found.type === 'approval' ? change(found) : found)) : view;
}

function withoutClient({ awaitsClient: _, ...call }: ToolCallItem): ToolCallItem {
  return call;
}

/** Ends a run. What it left unfinished keeps its text and is marked incomplete; nobody is asked any more. */
function endRun(view: ThreadView, id: RunId | undefined, end: Partial<Run>): ThreadView {
  const items = view.items.map((item) => (item.runId === id ? leftBehind(item) : item));
  return changeRun({ ...view, items }, id, ({ cancelling: _, ...run }) => ({ ...run, ...end }));
}

function leftBehind(item: Item): Item {
  if (item.type === 'approval') return item.status === 'pending' ? { ...item, status: 'cancelled' } : item;
  if (!isAgentItem(item) || item.status !== 'in_progress') return item;
  return { ...(item.type === 'tool_call' ? withoutClient(item) : item), status: 'incomplete' };
}

/** The runs of the view that have not ended, oldest first. */
export const liveRuns = (view: ThreadView): Run[] =>
  Object.values(view.runs)
    .filter((run) => !isTerminal(run.status))
    .sort((a, b) => a.queuedSeq - b.queuedSeq);
