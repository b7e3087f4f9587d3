import { agentAfter, type BranchChoice, branchesAt, branchOf } from '#core/protocol/branches.ts';
import type { AgentId, ItemId, RunId } from '#core/protocol/ids.ts';
import type { Item, UserMessageItem } from '#core/protocol/item.ts';
import type { Run } from '#core/protocol/run.ts';
import { isTerminal } from '#core/protocol/run.ts';
import { liveRuns, type ThreadView } from '#core/protocol/thread-view.ts';

/** One of several versions of the same thing, and which ones stand before and after it. */
export interface Versions {
  /** From 1. */
  readonly position: number;
  readonly count: number;
  readonly previous: RunId | undefined;
  readonly next: RunId | undefined;
}

/** A run as it is drawn: what was asked, what came of it, and how it ended. */
export interface Turn {
  /** Of its place: it stays the same when another branch is read there. */
  readonly key: string;
  /** Absent when the items are older than the runs that were loaded. */
  readonly run: Run | undefined;
  /** Absent when it stands on an older page. */
  readonly input: UserMessageItem | undefined;
  readonly items: readonly Item[];
  /** `behind`: queued while another run of the thread goes on. `asked`: it is to be answered anew, and the server has not said so yet. */
  readonly phase: 'ended' | 'live' | 'behind' | 'asked';
  /** Of the message, when it was edited. */
  readonly messages: Versions | undefined;
  /** Of the answer, when it was tried again or made anew. */
  readonly answers: Versions | undefined;
}

/** The turns of a thread along the branch that is read, oldest first; a run without items (yet) is one too. */
export function turnsOf(view: ThreadView, choice: BranchChoice = {}): Turn[] {
  const itemsOf = Map.groupBy(view.items, (item) => item.runId);
  const inputs = new Map(
    view.items.flatMap((item) => (item.type === 'user_message' ? [[item.id, item] as const] : [])),
  );
  const current = liveRuns(view)[0];
  const older = [...itemsOf].filter(([runId]) => !view.runs[runId]).map(([runId, items]) => turnOfItems(runId, items));
  const path = branchOf(view, choice).flatMap((run): Turn[] => {
    const input = inputs.get(run.inputItemId);
    const items = (itemsOf.get(run.id) ?? []).filter(({ id }) => id !== run.inputItemId);
    if (!input && items.length === 0 && !mayStandAlone(run)) return [];
    const phase = isTerminal(run.status) ? 'ended' : run === current ? 'live' : 'behind';
    return [{ key: run.parentRunId ?? 'root', run, input, items, phase, ...versionsOf(view, run) }];
  });
  return [...older, ...path];
}

/** A run whose own items are on an older page is not drawn before that page is loaded; one that answers an earlier message anew has no message of its own. */
const mayStandAlone = (run: Run): boolean =>
  run.retryOf !== undefined || run.regenerates !== undefined || !isTerminal(run.status);

function turnOfItems(runId: RunId, items: readonly Item[]): Turn {
  const input = items.find((item) => item.type === 'user_message');
  const rest = items.filter((item) => item !== input);
  return { key: runId, run: undefined, input, items: rest, phase: 'ended', messages: undefined, answers: undefined };
}

/** Runs beside each other with the same message are versions of its answer; the others are versions of the message. */
function versionsOf(view: ThreadView, run: Run): Pick<Turn, 'messages' | 'answers'> {
  // Where the parent is on an older page, others without one in the view are not known to be beside this run.
  const siblings = branchesAt(view, run).filter((other) => other.parentRunId === run.parentRunId);
  const byInput = [...Map.groupBy(siblings, (other) => other.inputItemId).values()];
  const newestOfEach = byInput.flatMap((runs) => runs.slice(-1));
  return {
    messages: versions(newestOfEach, ({ inputItemId }) => inputItemId === run.inputItemId),
    answers: versions(byInput.find((runs) => runs.includes(run)) ?? [], (other) => other === run),
  };
}

function versions(runs: readonly Run[], isThis: (run: Run) => boolean): Versions | undefined {
  if (runs.length < 2) return undefined;
  const index = runs.findIndex(isThis);
  return { position: index + 1, count: runs.length, previous: runs[index - 1]?.id, next: runs[index + 1]?.id };
}

/** The run that a new message comes after, when that is not the newest of the thread: an older branch is read. */
export function runToFollow(view: ThreadView, turns: readonly Turn[]): RunId | undefined {
  const read = turns.findLast(({ run }) => run)?.run;
  const newest = Object.values(view.runs)
    .toSorted((a, b) => a.queuedSeq - b.queuedSeq)
    .at(-1);
  return read && read !== newest ? read.id : undefined;
}

/** Who answers the next message of the branch that is read: who has the conversation at its end. */
export function agentOf(view: ThreadView, turns: readonly Turn[]): AgentId | undefined {
  const last = turns.findLast(({ run }) => run)?.run;
  return last ? agentAfter(view, last) : view.thread?.agentId;
}

/** What became of a message that was put into a run under way. */
export function steerOutcome({ items, phase }: Turn, id: ItemId): 'waiting' | 'read' | 'unread' {
  const item = items.find((candidate) => candidate.id === id);
  if (item?.type === 'user_message' && item.readInTurn !== undefined) return 'read';
  return phase === 'ended' ? 'unread' : 'waiting';
}

/** Since when the run has had the thread to itself, in milliseconds since 1970. */
export function workingSinceMs(run: Run, view: ThreadView): number {
  const earlier = Object.values(view.runs)
    .filter((other) => other.queuedSeq < run.queuedSeq)
    .map((other) => Date.parse(other.finishedAt ?? ''))
    .filter(Number.isFinite);
  return Math.max(Date.parse(run.createdAt), ...earlier);
}
