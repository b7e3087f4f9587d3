import { isKnownEvent } from '#core/protocol/event.ts';
import type { ThreadId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Api } from '../http/api.ts';
import { isRefusal, messageOf } from '../http/call-error.ts';
import type { SocketClient } from '../socket/socket-client.ts';
import { createStore, type Readable } from './store.ts';
import { applyFeedEvent, emptyThreadList, type ThreadList, withoutThread, withThreads } from './thread-list.ts';

export type ThreadListState =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly message: string }
  | {
      readonly status: 'ready';
      readonly list: ThreadList;
      readonly nextCursor: string | null;
      readonly more: 'idle' | 'loading' | 'failed';
    };

/** The thread list, live over all tabs of the user. */
export interface ThreadListStore {
  readonly state: Readable<ThreadListState>;
  /** Begins to read the workspace's threads; returns how to stop. */
  open(workspaceId: WorkspaceId): () => void;
  retry(): void;
  loadMore(): Promise<void>;
  /** Throws `CallError`. */
  rename(threadId: ThreadId, title: string): Promise<void>;
  /** Throws `CallError`. Deleting what is gone already is no error. */
  remove(threadId: ThreadId): Promise<void>;
}

interface ThreadListDeps {
  readonly api: Api;
  readonly socket: Pick<SocketClient, 'subscribe'>;
  /** Where the feed was read up to, kept between visits so that it is not replayed from its beginning. */
  readonly seenSeq: { get(): number; set(seq: number): void };
}

export function createThreadListStore({ api, socket, seenSeq }: ThreadListDeps): ThreadListStore {
  const state = createStore<ThreadListState>({ status: 'loading' });
  let workspace: WorkspaceId | undefined;
  /** Something happened while there was no list to apply it to: a page that was asked for before may not have it. */
  let missed = false;

  const change = (apply: (list: ThreadList) => ThreadList) =>
    state.update((now) => (now.status === 'ready' ? { ...now, list: apply(now.list) } : now));

  /** The first page. Over a list that is there it catches up with what the feed may have missed. */
  async function refresh(): Promise<void> {
    const workspaceId = workspace;
    if (!workspaceId) return;
    missed = false;
    try {
      const page = await api('GET /v1/threads', { query: { workspaceId, limit: 30 } });
      if (workspace !== workspaceId) return;
      state.update((now) =>
        now.status === 'ready'
          ? { ...now, list: withThreads(now.list, page.data) }
          : {
              status: 'ready',
              list: withThreads(emptyThreadList, page.data),
              nextCursor: page.nextCursor,
              more: 'idle',
            },
      );
      if (missed) await refresh();
    } catch (error) {
      if (state.get().status !== 'ready') state.set({ status: 'failed', message: messageOf(error) });
    }
  }

  function open(workspaceId: WorkspaceId): () => void {
    workspace = workspaceId;
    let seen = seenSeq.get();
    const unsubscribe = socket.subscribe('user', {
      after: () => seen,
      onSubscribed: () => void refresh(),
      onEvents({ events }) {
        missed ||= state.get().status !== 'ready';
        for (const { event } of events) {
          if (!isKnownEvent(event)) continue;
          const elsewhere = 'thread' in event && event.thread.workspaceId !== workspaceId;
          if (!elsewhere) change((list) => applyFeedEvent(list, event));
        }
        // The list itself is what counts, so a gap in its feed is not waited for: the list is read again.
        if ((events[0]?.seq ?? 0) > seen + 1) void refresh();
        seen = Math.max(seen, ...events.map(({ seq }) => seq));
        seenSeq.set(seen);
      },
      onRefused() {
        // The feed is younger than what was seen: this is another deployment, or one that was restored.
        seen = 0;
        void refresh();
      },
      onStuck: () => void refresh(),
    });
    void refresh();
    return () => {
      workspace = undefined;
      unsubscribe();
      state.set({ status: 'loading' });
    };
  }

  async function loadMore(): Promise<void> {
    const now = state.get();
    if (now.status !== 'ready' || now.nextCursor === null || now.more === 'loading' || !workspace) return;
    state.set({ ...now, more: 'loading' });
    try {
      const query = { workspaceId: workspace, cursor: now.nextCursor, limit: 30 };
      const page = await api('GET /v1/threads', { query });
      state.update((current) =>
        current.status === 'ready'
          ? { ...current, list: withThreads(current.list, page.data), nextCursor: page.nextCursor, more: 'idle' }
          : current,
      );
    } catch {
      state.update((current) => (current.status === 'ready' ? { ...current, more: 'failed' } : current));
    }
  }

  return {
    state,
    open,
    loadMore,
    retry() {
      state.set({ status: 'loading' });
      void refresh();
    },
    async rename(threadId, title) {
      const thread = await api('PATCH /v1/threads/{threadId}', { path: { threadId }, body: { title } });
      change((list) => withThreads(list, [thread]));
    },
    async remove(threadId) {
      try {
        await api('DELETE /v1/threads/{threadId}', { path: { threadId } });
      } catch (error) {
        if (!isRefusal(error, 'not_found')) throw error;
      }
      change((list) => withoutThread(list, threadId));
    },
  };
}
