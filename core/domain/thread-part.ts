import type { ItemPage } from '../ports/workspace-store.ts';
import type { RunId } from '../protocol/ids.ts';
import { type ThreadView, withOlderItems } from '../protocol/thread-view.ts';

/** A thread as far as it has been read: the log's tail and some pages, between which others may be missing. */
export interface ThreadPart {
  readonly view: ThreadView;
  /** The runs of which every item is there. A run may be known without them. */
  readonly whole: ReadonlySet<RunId>;
  /** The runs at which a page ends: only their newest items are there. With the cursor to those before. */
  readonly cut: ReadonlyMap<RunId, string>;
}

/** The newest page of a thread, completed by the events after `checkpointSeq`. */
export function firstPart(view: ThreadView, page: ItemPage, checkpointSeq: number): ThreadPart {
  const inTail = Object.values(view.runs).filter(({ queuedSeq }) => queuedSeq > checkpointSeq);
  return partWith({ view, whole: new Set(inTail.map(({ id }) => id)), cut: new Map() }, page);
}

/** The part with another page of the thread. */
export const withPage = (part: ThreadPart, page: ItemPage): ThreadPart =>
  partWith({ ...part, view: withOlderItems(part.view, page.items, page.runs) }, page);

function partWith({ view, whole, cut }: ThreadPart, { items, runs, olderCursor }: ItemPage): ThreadPart {
  // The page begins in the middle of a run, or may do so.
  const oldest = olderCursor === null ? undefined : runs.find(({ id }) => id === items[0]?.runId);
  const ended = runs.filter(({ queuedSeq }) => olderCursor === null || (oldest && queuedSeq > oldest.queuedSeq));
  const allWhole = new Set([...whole, ...ended.map(({ id }) => id)]);
  const allCut = new Map(cut);
  if (oldest && olderCursor !== null) allCut.set(oldest.id, olderCursor);
  for (const id of allWhole) allCut.delete(id);
  return { view, whole: allWhole, cut: allCut };
}
