import WebSocket from 'ws';
import type { AnyEnvelope } from '#core/protocol/event.ts';
import type { ThreadId } from '#core/protocol/ids.ts';
import { socketProtocol } from '#core/protocol/socket.ts';
import { applyEvents, emptyThreadView, type ThreadView } from '#core/protocol/thread-view.ts';
import { createSocketClient, type SocketClient } from '../../frontend/src/socket/socket-client.ts';
import type { OpenTransport } from '../../frontend/src/socket/transport.ts';

/** The web client's own socket client, on a network that can be cut. */
export interface WebClient {
  readonly socket: SocketClient;
  /** Cuts the connection as a lost network does; the client makes another by itself. */
  cut(): void;
  close(): void;
}

export function openWebClient(socketUrl: string, token: string): WebClient {
  let current: WebSocket | undefined;
  const socket = createSocketClient({
    openTransport: cuttable(socketUrl, token, (opened) => {
      current = opened;
    }),
    // The token is good for longer than a campaign.
    onTokenRefused: () => undefined,
    settleMs: 100,
  });
  return { socket, cut: () => current?.terminate(), close: () => socket.close() };
}

const reconnectMs = 20;

const cuttable =
  (url: string, token: string, onSocket: (socket: WebSocket) => void): OpenTransport =>
  (events) => {
    let closed = false;
    let socket = open();
    function open(): WebSocket {
      const opened = new WebSocket(url, [socketProtocol, `bearer.${token}`]);
      onSocket(opened);
      opened.on('open', () => events.onOpen());
      opened.on('message', (data) => events.onMessage(String(data)));
      opened.on('error', () => {
        // `close` follows.
      });
      opened.on('close', (code) => {
        if (closed || opened !== socket) return;
        events.onClose(code);
        setTimeout(() => {
          if (!closed) socket = open();
        }, reconnectMs);
      });
      return opened;
    }
    return {
      send(data) {
        if (socket.readyState !== WebSocket.OPEN) return false;
        socket.send(data);
        return true;
      },
      reconnect: () => socket.terminate(),
      close() {
        closed = true;
        socket.close();
      },
    };
  };

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

/** Follows a thread from its first event; `onEvent` sees each event once, in order, as it is applied. */
export function followThread(
  { socket }: WebClient,
  threadId: ThreadId,
  onEvent: (envelope: AnyEnvelope) => void = () => {},
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
        onEvent(next);
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
