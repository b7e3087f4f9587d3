import type { AnyEnvelope } from '#core/protocol/event.ts';
import type { ThreadId } from '#core/protocol/ids.ts';
import { emptyThreadView, liveRuns, type ThreadView, viewOf, withOlderItems } from '#core/protocol/thread-view.ts';
import type { Api } from '../http/api.ts';
import { isRefusal, messageOf } from '../http/call-error.ts';
import type { SocketClient } from '../socket/socket-client.ts';
import { createBatcher } from './batcher.ts';
import { type Folded, foldEvents } from './fold-events.ts';
import { emptyRunNotes, noted, type RunNotes } from './run-notes.ts';
import { createStore, type Readable } from './store.ts';

export type OlderItems =
  | { readonly status: 'none' }
  | { readonly status: 'more' | 'loading' | 'failed'; readonly cursor: string };

export type ThreadState =
  | { readonly status: 'loading' }
  | { readonly status: 'not_found' }
  | { readonly status: 'failed'; readonly message: string }
  | { readonly status: 'ready'; readonly view: ThreadView; readonly notes: RunNotes; readonly older: OlderItems };

/** An open thread: its snapshot, and every event since. */
export interface ThreadStore {
  readonly state: Readable<ThreadState>;
  loadOlder(): Promise<void>;
  /** Opens the thread again, after a failure. */
  reload(): void;
  close(): void;
}

interface ThreadStoreDeps {
  readonly api: Api;
  readonly socket: Pick<SocketClient, 'subscribe'>;
  /** A run was accepted that the thread does not show yet. */
  readonly awaitsRun?: () => boolean;
  readonly batchMs?: number;
}

export function createThreadStore(
  threadId: ThreadId,
  { api, socket, awaitsRun = () => false, batchMs = 50 }: ThreadStoreDeps,
): ThreadStore {
  const state = createStore<ThreadState>({ status: 'loading' });
  let ahead: Folded['ahead'] = new Map();
  /** Where to listen from first, when that is before the end of the snapshot. */
  let from: number | undefined;
  let unsubscribe: (() => void) | undefined;
  let opening = new AbortController();

  const batcher = createBatcher<AnyEnvelope>(batchMs, (envelopes) =>
    state.update((current) => {
      if (current.status !== 'ready') return current;
      const folded = foldEvents({ view: current.view, ahead }, envelopes);
      ahead = folded.ahead;
      return { ...current, view: folded.view, notes: envelopes.reduce(noted, current.notes) };
    }),
  );

  async function open(): Promise<void> {
    opening.abort();
    opening = new AbortController();
    const { signal } = opening;
    try {
      const snapshot = await api('GET /v1/threads/{threadId}', { path: { threadId } }, signal);
      if (signal.aborted) return;
      batcher.clear();
      ahead = new Map();
      const view = viewOf(snapshot);
      from = awaitsRun() ? beforeNewestRun(view) : undefined;
      state.set({
        status: 'ready',
        view,
        notes: emptyRunNotes,
        older: snapshot.olderCursor === null ? { status: 'none' } : { status: 'more', cursor: snapshot.olderCursor },
      });
      listen();
    } catch (error) {
      if (signal.aborted) return;
      const gone = isRefusal(error, 'not_found', 'forbidden', 'invalid_request');
      // A view that is there stays: it is only not the newest, and the socket asks again.
      if (gone) state.set({ status: 'not_found' });
      else if (state.get().status !== 'ready') state.set({ status: 'failed', message: messageOf(error) });
    }
  }

  function listen(): void {
    unsubscribe?.();
    unsubscribe = socket.subscribe(`thread:${threadId}`, {
      after() {
        batcher.flush();
        const current = state.get();
        return current.status === 'ready' ? (from ?? current.view.seq) : emptyThreadView.seq;
      },
      expectsMore() {
        const current = state.get();
        return current.status === 'ready' && (liveRuns(current.view).length > 0 || awaitsRun());
      },
      onEvents({ events }) {
        from = undefined;
        batcher.add(events);
      },
      onRefused: () => void open(),
      onStuck: () => void open(),
    });
  }

  async function loadOlder(): Promise<void> {
    const current = state.get();
    if (current.status !== 'ready' || !('cursor' in current.older) || current.older.status === 'loading') return;
    const { cursor } = current.older;
    setOlder({ status: 'loading', cursor });
    try {
      const page = await api('GET /v1/threads/{threadId}/items', { path: { threadId }, query: { cursor, limit: 50 } });
      const older: OlderItems =
        page.nextCursor === null ? { status: 'none' } : { status: 'more', cursor: page.nextCursor };
      state.update((now) =>
        now.status === 'ready' ? { ...now, view: withOlderItems(now.view, page.data, page.runs), older } : now,
      );
    } catch {
      setOlder({ status: 'failed', cursor });
    }
  }

  const setOlder = (older: OlderItems) => state.update((now) => (now.status === 'ready' ? { ...now, older } : now));

  void open();

  return {
    state,
    loadOlder,
    reload() {
      if (state.get().status !== 'ready') state.set({ status: 'loading' });
      void open();
    },
    close() {
      opening.abort();
      unsubscribe?.();
      batcher.clear();
    },
  };
}

/** What a run says beside the view (see RunNotes) is in no snapshot: of the one that is waited for here, also what it has said before is read. */
function beforeNewestRun({ runs }: ThreadView): number | undefined {
  const queued = Object.values(runs).map(({ queuedSeq }) => queuedSeq);
  return queued.length === 0 ? undefined : Math.max(...queued) - 1;
}
