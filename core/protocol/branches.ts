import type { AgentId, RunId } from './ids.ts';
import { isAgentItem } from './item.ts';
import type { Run } from './run.ts';
import type { ThreadView } from './thread-view.ts';

/** Which branch is read, where there are several: the run chosen after each run (`root` for the beginning). Without a choice it is the newest. */
export type BranchChoice = Readonly<Record<string, RunId>>;

const keyOf = (parent: RunId | null): string => parent ?? 'root';

/** A run's parent within the view; null when it is the first, or its parent stands on an older page. */
const parentIn = ({ runs }: ThreadView, run: Run): RunId | null =>
  run.parentRunId && runs[run.parentRunId] ? run.parentRunId : null;

const inOrder = (runs: readonly Run[]): Run[] => runs.toSorted((a, b) => a.queuedSeq - b.queuedSeq);

/** The runs with the same parent as this one, itself among them, oldest first. */
export function branchesAt(view: ThreadView, run: Run): Run[] {
  const parent = parentIn(view, run);
  return inOrder(Object.values(view.runs).filter((other) => parentIn(view, other) === parent));
}

/** The runs that are read, from the first to the last, when these branches are chosen. */
export function branchOf(view: ThreadView, choice: BranchChoice = {}): Run[] {
  const children = new Map<string, Run[]>();
  for (const run of inOrder(Object.values(view.runs))) {
    const key = keyOf(parentIn(view, run));
    children.set(key, [...(children.get(key) ?? []), run]);
  }
  const path: Run[] = [];
  for (let key = keyOf(null); ; ) {
    const candidates: readonly Run[] = children.get(key) ?? [];
    const next: Run | undefined = candidates.find(({ id }) => id === choice[key]) ?? candidates.at(-1);
    if (!next) return path;
    path.push(next);
    key = keyOf(next.id);
  }
}

/** The choice after which this run is the one that is read at its place. The newest needs none: what comes later is read then. */
export function choosing(view: ThreadView, choice: BranchChoice, run: Run): BranchChoice {
  const { [keyOf(parentIn(view, run))]: _, ...others } = choice;
  const isNewest = branchesAt(view, run).at(-1)?.id === run.id;
  return isNewest ? others : { ...others, [keyOf(parentIn(view, run))]: run.id };
}

/**
 * Who has the conversation after a run (so far): whom it was handed over to, or whoever else spoke last. Delegates answer the agent
 * that asked them, and have nothing of it.
 */
export function agentAfter(view: ThreadView, run: Run): AgentId {
  for (const item of view.items.toReversed()) {
    if (item.runId !== run.id) continue;
    if (item.type === 'handoff') return item.toAgentId;
    if (isAgentItem(item) && !item.parentItemId) return item.agentId;
  }
  return run.agentId;
}
