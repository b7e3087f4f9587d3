import { firstPart, type ThreadPart } from '../domain/thread-part.ts';
import type { StreamName } from '../ports/event-log.ts';
import type { DataAccess } from '../ports/identity.ts';
import type { ThreadId, UserId, WorkspaceId } from '../protocol/ids.ts';
import type { ThreadSnapshot } from '../protocol/routes.ts';
import { applyEvents, viewOf } from '../protocol/thread-view.ts';
import type { Deps } from './deps.ts';
import { readLog } from './read-events.ts';

export const threadStream = (id: ThreadId): StreamName => `thread:${id}`;
export const userFeed = (id: UserId): StreamName => `user:${id}`;
export const workspaceFeed = (id: WorkspaceId): StreamName => `workspace:${id}`;

const eventsPerRead = 1000;

/** A thread as it was opened. */
export interface LoadedThread extends ThreadPart {
  readonly olderCursor: string | null;
  /** How many items of the page only a later version can read. */
  readonly unreadItems: number;
}

/**
 * A thread as it is now: what Postgres keeps of it, and the log's tail applied to that. Null when there is none that this
 * access may see. The tail is as long as the runs that have not settled, however long the thread is.
 */
export async function loadThread(
  { store, log }: Pick<Deps, 'store' | 'log'>,
  access: DataAccess,
  threadId: ThreadId,
  limit: number,
): Promise<LoadedThread | null> {
  const stored = await store.openThread(access, threadId, limit);
  if (!stored) return null;
  const { thread, checkpointSeq, page } = stored;
  let view = viewOf({ thread, items: [...page.items], runs: [...page.runs], seq: checkpointSeq, olderCursor: null });
  for (;;) {
    const events = await readLog(log, threadStream(threadId), view.seq, eventsPerRead);
    view = applyEvents(view, events);
    if (events.length >= eventsPerRead) continue;
    const { olderCursor, unreadItems = 0 } = page;
    return { ...firstPart(view, page, checkpointSeq), olderCursor, unreadItems };
  }
}

/** What a client opens a thread with. Null when there is none that this access may see. */
export async function threadSnapshot(
  deps: Pick<Deps, 'store' | 'log'>,
  access: DataAccess,
  threadId: ThreadId,
): Promise<ThreadSnapshot | null> {
  const loaded = await loadThread(deps, access, threadId, 50);
  if (!loaded?.view.thread || loaded.view.deleted) return null;
  const { thread, items, runs, seq } = loaded.view;
  return { thread, items: [...items], runs: Object.values(runs), seq, olderCursor: loaded.olderCursor };
}
