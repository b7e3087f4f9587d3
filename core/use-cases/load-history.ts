import { type Branch, branchTo, type HistoryEntry } from '../domain/history.ts';
import { NewerFormatError } from '../domain/stored.ts';
import { type ThreadPart, withPage } from '../domain/thread-part.ts';
import { notFound } from '../errors.ts';
import type { DataAccess } from '../ports/identity.ts';
import type { Logger } from '../ports/logger.ts';
import type { ItemPage, WorkspaceStore } from '../ports/workspace-store.ts';
import type { ItemId, RunId, ThreadId } from '../protocol/ids.ts';
import type { Item } from '../protocol/item.ts';

// A branch may lie anywhere in its thread: behind a failed try of a thousand items, or a year back. The page with which a thread is
// opened holds the newest of all branches; what is missing of the one that leads to a run is read page by page from there.

/** How many items an agent gets to read at most, and how long the pages of a thread are. */
export const historyLimit = 200;

/** With this part of them a first page is enough, if the branch goes on right before it: the others are of delegates, or were never finished. */
const enoughOfFirstPage = 0.5;

/**
 * How many pages are read after the first to gather a history; a page that does not come right before another takes a second request. Only ten
 * thousand items of delegates, or a branch of short runs with other branches of hundreds of items between any two of them, come here. The agent
 * then reads what was gathered, the newest of the branch without a hole and with the message to answer, and a warning is logged.
 */
export const mostPages = 50;

/** How many pages are read to find the history of a run that has begun: it was gathered within `mostPages`, and may stand further back by now. */
const mostPagesAgain = 2 * mostPages;

interface HistoryDeps {
  readonly store: Pick<WorkspaceStore, 'olderItems' | 'itemsUpTo' | 'items'>;
  readonly logger: Logger;
}

interface Wanted {
  readonly access: DataAccess;
  readonly threadId: ThreadId;
  readonly runId: RunId;
  /** How many items are wanted, and how long a page is. */
  readonly limit?: number;
  /** Nobody wants it any more: nothing more is read, and its reason is thrown. */
  readonly signal?: AbortSignal;
}

/**
 * What an agent reads to answer a run that begins: the newest 200 items of its branch, the message to answer among them whatever
 * else there is. `part` is the thread as it was opened, and comes back with all that was read; it holds the run before this one. A run
 * that goes on with what was said last needs nothing but `part`.
 * Errors: NewerFormatError where something of it is not for this version.
 */
export async function newestHistory(
  deps: HistoryDeps,
  wanted: Wanted,
  part: ThreadPart,
): Promise<{ part: ThreadPart; items: Item[] }> {
  const { limit = historyLimit } = wanted;
  const read = await readBranch(deps, wanted, part, {
    mostPages,
    isEnough: ({ entries, rest }, soFar) =>
      entries.length >= limit ||
      (soFar === part && entries.length >= limit * enoughOfFirstPage && isRightBefore(rest, soFar)),
  });
  if (!read.isEnough)
    deps.logger.warn(
      { runId: wanted.runId, threadId: wanted.threadId, items: read.branch.entries.length },
      'an agent reads less of a branch than there is',
    );
  return { part: read.part, items: await filled(deps, wanted, read.branch.entries.slice(-limit)) };
}

/** Everything from this item on that an agent reads to answer a run, up to the message to answer. Empty when the branch does not have it. */
export async function historySince(
  deps: HistoryDeps,
  wanted: Wanted,
  part: ThreadPart,
  firstItemId: ItemId,
): Promise<Item[]> {
  const startIn = ({ entries }: Branch) => entries.findIndex(({ id }) => id === firstItemId);
  const { branch } = await readBranch(deps, wanted, part, {
    mostPages: mostPagesAgain,
    isEnough: (soFar) => startIn(soFar) >= 0,
  });
  const start = startIn(branch);
  return start < 0 ? [] : filled(deps, wanted, branch.entries.slice(start));
}

interface Enough {
  readonly mostPages: number;
  isEnough(branch: Branch, part: ThreadPart): boolean;
}

/** Reads until there is enough of the branch, or all of it; not more than so many pages. */
async function readBranch(deps: HistoryDeps, wanted: Wanted, opened: ThreadPart, { mostPages, isEnough }: Enough) {
  let part = opened;
  for (let pages = 0; ; pages += 1) {
    const branch = branchTo(part, wanted.runId);
    if (!branch.rest || isEnough(branch, part)) return { part, branch, isEnough: true };
    if (pages === mostPages) return { part, branch, isEnough: false };
    wanted.signal?.throwIfAborted();
    part = withPage(part, await readPage(deps, wanted, branch.rest));
  }
}

async function readPage(
  { store }: HistoryDeps,
  { access, threadId, limit = historyLimit }: Wanted,
  rest: NonNullable<Branch['rest']>,
): Promise<ItemPage> {
  const page =
    'cursor' in rest
      ? await store.olderItems(access, threadId, rest.cursor, limit)
      : await store.itemsUpTo(access, threadId, rest.runId, limit);
  if (!page) throw new Error(`a run of ${threadId} comes after one that is not there`);
  // A page before another holds something, unless the thread has just been deleted.
  if (page.items.length === 0 && page.runs.length === 0) throw notFound('thread', threadId);
  if (page.unreadItems) throw new NewerFormatError(`what stands in the thread ${threadId}`);
  return page;
}

/** Whether the branch goes on right where a page begins: in the run that it cuts, or in the one which that run, a try at the same message, comes after too. */
const isRightBefore = (rest: Branch['rest'], { view, cut }: ThreadPart): boolean =>
  rest !== null && ('cursor' in rest || [...cut.keys()].some((id) => view.runs[id]?.parentRunId === rest.runId));

/** The entries' items. Messages that stand beside what was read are looked up together. */
async function filled(
  { store }: HistoryDeps,
  { access, threadId }: Wanted,
  entries: readonly HistoryEntry[],
): Promise<Item[]> {
  const missing = entries.filter(({ item }) => !item).map(({ id }) => id);
  const found = missing.length > 0 ? await store.items(access, threadId, missing) : [];
  const byId = new Map(found.map((item) => [item.id, item]));
  return entries.map(({ id, item = byId.get(id) }) => {
    // It was written together with its run, so it is there, and only a later version can read it.
    if (!item) throw new NewerFormatError(`the message ${id} in the thread ${threadId}`);
    return item;
  });
}
