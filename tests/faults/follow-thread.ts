import type { AnyEnvelope } from '#core/protocol/event.ts';
import type { ThreadId } from '#core/protocol/ids.ts';
import { applyEvents, emptyThreadView, type ThreadView } from '#core/protocol/thread-view.ts';
import type { SocketClient } from '../../frontend/src/socket/socket-client.ts';
import type { WebClient } from './web-client.ts';

/** A thread as that client sees it, live. */
export interface FollowedThread {
  readonly view: ThreadView;
  /** Resolves when the view fulfils a condition. */
  until(what: string, condition: (view: ThreadView) => boolean): Promise<ThreadView>;
  close(): void;
}

/** Longer than anything takes that comes to its end, on a machine that has other things to do. */
const patienceMs = 150_000;

interface Watcher {
  readonly condition: (view: ThreadView) => boolean;
  readonly resolve: (view: ThreadView) => void;
  readonly reject: (error: Error) => void;
}

/** Follows a thread from its first event; `onEvent` sees each event once, in order, and the view that came of it. */
export function followThread(
  { socket }: Pick<WebClient, 'socket'>,
  threadId: ThreadId,
  onEvent: (envelope: AnyEnvelope, view: ThreadView) => void,
): FollowedThread {
  let view = emptyThreadView;
  const waiting = new Map<number, AnyEnvelope>();
  const watchers = new Set<Watcher>();
  const look = () => {
    for (const watcher of watchers) {
      if (!watcher.condition(view)) continue;
      watchers.delete(watcher);
      watcher.resolve(view);
    }
  };
  const subscriber: Parameters<SocketClient['subscribe']>[1] = {
    after: () => view.seq,
    expectsMore: () => watchers.size > 0,
    onEvents({ events }) {
      for (const envelope of events) if (envelope.seq > view.seq) waiting.set(envelope.seq, envelope);
      for (let next = waiting.get(view.seq + 1); next; next = waiting.get(view.seq + 1)) {
        waiting.delete(next.seq);
        view = applyEvents(view, [next]);
        onEvent(next, view);
      }
      look();
    },
    onRefused: ({ code, message }) => {
      for (const { reject } of watchers) reject(new Error(`the stream was refused: ${code}: ${message}`));
    },
    // As the web client does, which opens the thread anew.
    onStuck: () => follow(),
  };
  let stop = () => {};
  function follow(): void {
    stop();
    stop = socket.subscribe(`thread:${threadId}`, subscriber);
  }
  follow();
  return {
    get view() {
      return view;
    },
    until: (what, condition) =>
      new Promise((resolve, reject) => {
        const watcher: Watcher = {
          condition,
          resolve(seen) {
            clearTimeout(timer);
            resolve(seen);
          },
          reject(error) {
            clearTimeout(timer);
            watchers.delete(watcher);
            reject(error);
          },
        };
        const timer = setTimeout(() => {
          watcher.reject(new Error(`not within ${patienceMs / 1000} s: ${what}\n${summary(view)}`));
        }, patienceMs);
        watchers.add(watcher);
        look();
      }),
    close: () => stop(),
  };
}

const summary = ({ seq, runs, items }: ThreadView): string =>
  JSON.stringify({
    seq,
    runs: Object.values(runs).map(({ id, status, attempt }) => `${id} ${status} ${attempt}`),
    items: items.map((item) => `${item.type} ${'status' in item ? item.status : ''}`),
  });
