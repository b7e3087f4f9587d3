import type { Item } from '#core/protocol/item.ts';
import type { Run } from '#core/protocol/run.ts';
import { isTerminal } from '#core/protocol/run.ts';
import { liveRuns, type ThreadView } from '#core/protocol/thread-view.ts';

/** A run as it is drawn: what was asked, what came of it, and how it ended. */
export interface Turn {
  readonly id: string;
  /** Absent when the items are older than the runs that were loaded. */
  readonly run: Run | undefined;
  readonly items: readonly Item[];
  /** `behind`: queued while another run of the thread goes on. */
  readonly phase: 'ended' | 'live' | 'behind';
  /** What was asked, when this run tries an earlier one again. */
  readonly again: string | undefined;
  /** A later run tries it again. */
  readonly retried: boolean;
}

/** The turns of a thread, oldest first; a run without items (yet) is one too. */
export function turnsOf(view: ThreadView): Turn[] {
  const turns = new Map<string, Item[]>();
  for (const item of view.items) {
    const items = turns.get(item.runId);
    if (items) items.push(item);
    else turns.set(item.runId, [item]);
  }
  const runs = Object.values(view.runs).sort((a, b) => a.queuedSeq - b.queuedSeq);
  for (const run of runs) if (!turns.has(run.id) && mayStandAlone(run)) turns.set(run.id, []);
  const retried = new Set(runs.map((run) => run.retryOf));
  const current = liveRuns(view)[0];
  return [...turns].map(([id, items]) => {
    const run = runs.find((candidate) => candidate.id === id);
    const phase = !run || isTerminal(run.status) ? 'ended' : run === current ? 'live' : 'behind';
    const again = run?.retryOf && textOf(view.items.find((item) => item.id === run.inputItemId));
    return { id, run, items, phase, again, retried: run !== undefined && retried.has(run.id) };
  });
}

const textOf = (item: Item | undefined): string => (item && 'text' in item ? item.text : '');

/** A run whose own items are on an older page is not drawn before that page is loaded; a retry has no message of its own. */
const mayStandAlone = (run: Run): boolean => run.retryOf !== undefined || !isTerminal(run.status);

/** What an agent is busy with, in a word or two. */
export function activityOf({ run, items }: Turn): string {
  if (!run || run.status === 'queued') return 'Starting';
  const last = items.findLast((item) => item.type !== 'user_message');
  if (!last || !('status' in last) || last.status !== 'in_progress') return 'Working';
  switch (last.type) {
    case 'reasoning':
      return 'Thinking';
    case 'tool_call':
      return `Using ${last.name}`;
    case 'agent_message':
      return 'Writing';
  }
}

/** Since when the run has had the thread to itself, in milliseconds since 1970. */
export function workingSinceMs(run: Run, view: ThreadView): number {
  const earlier = Object.values(view.runs)
    .filter((other) => other.queuedSeq < run.queuedSeq)
    .map((other) => Date.parse(other.finishedAt ?? ''))
    .filter(Number.isFinite);
  return Math.max(Date.parse(run.createdAt), ...earlier);
}
