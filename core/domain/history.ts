import { ancestry } from '../protocol/branches.ts';
import type { RunId } from '../protocol/ids.ts';
import { type Item, isAgentItem } from '../protocol/item.ts';
import type { ThreadView } from '../protocol/thread-view.ts';

/**
 * What an agent reads to answer a run: the branch of the thread that leads to it, without what was never finished or
 * is between an agent and its delegate, and the message to answer as the last. Of messages that wait behind the run, and of other branches, it knows nothing.
 */
export function historyFor(view: ThreadView, runId: RunId): Item[] {
  const run = view.runs[runId];
  if (!run) return [];
  const path = new Set(ancestry(view, runId).map(({ id }) => id));
  path.delete(runId);
  const inputs = new Set([...path].map((id) => view.runs[id]?.inputItemId));
  const before = view.items.filter((item) => {
    if (item.id === run.inputItemId) return false;
    if (item.type === 'user_message') return inputs.has(item.id) || path.has(item.runId);
    return path.has(item.runId) && (!isAgentItem(item) || (item.status === 'completed' && !item.parentItemId));
  });
  return [...before, ...view.items.filter((item) => item.id === run.inputItemId)];
}
