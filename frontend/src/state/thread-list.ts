import type { Event } from '#core/protocol/event.ts';
import type { ThreadId } from '#core/protocol/ids.ts';
import type { Thread } from '#core/protocol/thread.ts';

/** The threads of a workspace as far as they have been loaded, newest first. */
export interface ThreadList {
  readonly threads: readonly Thread[];
  /** Threads that were deleted while this page was open: a page that was asked for earlier must not bring them back. */
  readonly deleted: ReadonlySet<ThreadId>;
}

export const emptyThreadList: ThreadList = { threads: [], deleted: new Set() };

/** Adds a page, or what a newer look at the first page says. */
export function withThreads(list: ThreadList, page: readonly Thread[]): ThreadList {
  const byId = new Map(list.threads.map((thread) => [thread.id, thread]));
  for (const thread of page) {
    const known = byId.get(thread.id);
    if (!list.deleted.has(thread.id) && (!known || known.updatedAt <= thread.updatedAt)) byId.set(thread.id, thread);
  }
  const threads = [...byId.values()].sort(newestFirst);
  return { ...list, threads };
}

export function withoutThread(list: ThreadList, threadId: ThreadId): ThreadList {
  return {
    threads: list.threads.filter((thread) => thread.id !== threadId),
    deleted: new Set(list.deleted).add(threadId),
  };
}

/** Applies an event of the user's feed. Events may come twice or late. */
export function applyFeedEvent(list: ThreadList, event: Event): ThreadList {
  switch (event.type) {
    case 'thread.created':
    case 'thread.updated':
      return withThreads(list, [event.thread]);
    case 'thread.deleted':
      return withoutThread(list, event.threadId);
    default:
      return list;
  }
}

function newestFirst(a: Thread, b: Thread): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt < b.updatedAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
