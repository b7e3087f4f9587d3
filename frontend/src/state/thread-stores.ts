import type { ThreadId } from '#core/protocol/ids.ts';
import type { ThreadStore } from './thread-store.ts';

const kept = 4;

export interface ThreadStores {
  /** The store of a thread; the same one as long as the thread is among the last few that were opened. */
  get(threadId: ThreadId): ThreadStore;
  close(): void;
}

/** Keeps the last few threads open, so that going back and forth between them shows them at once and up to date. */
export function createThreadStores(create: (threadId: ThreadId) => ThreadStore): ThreadStores {
  const stores = new Map<ThreadId, ThreadStore>();
  return {
    get(threadId) {
      const known = stores.get(threadId);
      // A thread that was not there a moment ago may be now.
      const store = known?.state.get().status === 'not_found' ? undefined : known;
      const current = store ?? create(threadId);
      if (known !== current) known?.close();
      stores.delete(threadId);
      stores.set(threadId, current);
      for (const [id, old] of [...stores].slice(0, -kept)) {
        stores.delete(id);
        old.close();
      }
      return current;
    },
    close() {
      for (const store of stores.values()) store.close();
      stores.clear();
    },
  };
}
