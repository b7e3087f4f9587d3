import type { RunId } from '../protocol/ids.ts';
import type { Item } from '../protocol/item.ts';
import type { ThreadView } from '../protocol/thread-view.ts';

/**
 * What an agent reads to answer a run: the thread without what was never finished, without messages that wait behind the
 * run, and without what earlier tries at the same message had done. The message to answer is the last, also when it is an
 * old one that is tried again.
 */
export function historyFor(view: ThreadView, runId: RunId): Item[] {
  const run = view.runs[runId];
  if (!run) return [];
  const before = view.items.filter((item) => {
    const other = view.runs[item.runId];
    if (item.id === run.inputItemId || (other && other.queuedSeq > run.queuedSeq)) return false;
    if (item.type === 'user_message') return true;
    return item.status === 'completed' && other?.inputItemId !== run.inputItemId;
  });
  return [...before, ...view.items.filter((item) => item.id === run.inputItemId)];
}
