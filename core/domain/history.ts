import type { ItemId, RunId } from '../protocol/ids.ts';
import { type Item, isAgentItem } from '../protocol/item.ts';
import type { Run } from '../protocol/run.ts';
import type { ThreadPart } from './thread-part.ts';

/** What an agent reads at one place of a branch. Without its item it is a message that stands beside what has been read. */
export interface HistoryEntry {
  readonly id: ItemId;
  readonly item: Item | undefined;
}

/** The branch of a thread that leads to a run, without a hole from where it was read to the message to answer. */
export interface Branch {
  /** Oldest first. The message to answer is the last, and always there. */
  readonly entries: readonly HistoryEntry[];
  /** Where it goes on into the past: with older items of the run that is read in part, or with all of a run. Null at its beginning. */
  readonly rest: { readonly cursor: string } | { readonly runId: RunId } | null;
}

/**
 * What an agent reads to answer a run: the branch of the thread that leads to it, as far as it has been read, without what was never
 * finished or is between an agent and its delegate, and the message to answer as the last. Of messages that wait behind the run, and of other
 * branches, it knows nothing.
 */
export function branchTo({ view, whole, cut }: ThreadPart, runId: RunId): Branch {
  const itemsOf = Map.groupBy(view.items, (item) => item.runId);
  const byId = new Map(view.items.map((item) => [item.id, item]));
  const inputOf = ({ inputItemId: id }: Run): HistoryEntry => ({ id, item: byId.get(id) });
  const run = view.runs[runId];
  if (!run) throw new Error(`the thread does not know ${runId}`);

  const stretches: (readonly HistoryEntry[])[] = [[inputOf(run)]];
  const upTo = (rest: Branch['rest']): Branch => ({ entries: stretches.toReversed().flat(), rest });
  for (let parentId = run.parentRunId; parentId; ) {
    const parent = view.runs[parentId];
    const cursor = cut.get(parentId);
    if (!parent || (cursor === undefined && !whole.has(parentId))) return upTo({ runId: parentId });
    const items = itemsOf.get(parentId) ?? [];
    stretches.push(items.filter(isRead).map((item) => ({ id: item.id, item })));
    if (cursor !== undefined) return upTo({ cursor });
    // What was tried again or answered anew has the message of the run that it stands beside.
    if (!items.some(({ id }) => id === parent.inputItemId)) stretches.push([inputOf(parent)]);
    parentId = parent.parentRunId;
  }
  return upTo(null);
}

const isRead = (item: Item): boolean => !isAgentItem(item) || (item.status === 'completed' && !item.parentItemId);
