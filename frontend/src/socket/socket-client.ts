import type { Stream } from '#core/protocol/event.ts';
import { pingIntervalMs } from '#core/protocol/limits.ts';
import { type ClientMessage, closeCodes, type OkReply } from '#core/protocol/socket.ts';
import { CallError, isRefusal } from '../http/call-error.ts';
import { ToldMessage } from '../http/told-error.ts';
import { createStore, type Readable } from '../state/store.ts';
import { createPendingRequests } from './pending-requests.ts';
import { afterLeaving, type Leaving } from './reconnect-pause.ts';
import { createSubscriptions, type Subscriber } from './subscriptions.ts';
import type { OpenTransport } from './transport.ts';

export type ConnectionStatus =
  /** `wasOpen` tells a first connection from one that was lost. */
  { readonly status: 'closed'; readonly wasOpen: boolean } | { readonly status: 'open' };

type WithoutId<Message> = Message extends ClientMessage ? Omit<Message, 'id'> : never;
export type SocketRequest = WithoutId<ClientMessage>;

export interface SocketClient {
  readonly status: Readable<ConnectionStatus>;
  /** Sends a message and waits for its reply. Throws `CallError`; nothing is queued while the connection is closed. */
  request(request: SocketRequest, timeoutMs?: number): Promise<OkReply>;
  /** Reads a stream, over any number of connections, until the returned function is called. */
  subscribe(stream: Stream, subscriber: Subscriber): () => void;
  /** Lets the connection go on under a fresh token of the same user. */
  refreshToken(token: string): void;
  /** The page came back (focus, network): finds out at once whether the connection is still alive. */
  wake(): void;
  close(): void;
}

interface SocketOptions {
  readonly openTransport: OpenTransport;
  /** The server does not accept the token; the transport will ask for another one when it connects. */
  readonly onTokenRefused: () => void;
  readonly settleMs?: number;
}

const requestTimeoutMs = 15_000;
const pingTimeoutMs = 8_000;
const wakeTimeoutMs = 3_000;

export function createSocketClient({ openTransport, onTokenRefused, settleMs }: SocketOptions): SocketClient {
  const status = createStore<ConnectionStatus>({ status: 'closed', wasOpen: false });
  const pending = createPendingRequests();
  const subscriptions = createSubscriptions({
    subscribe: (stream, after) => request({ type: 'subscribe', stream, after }),
    // A connection that is gone has no subscriptions left.
    unsubscribe: (stream) =>
      request({ type: 'unsubscribe', stream }).then(
        () => undefined,
        () => undefined,
      ),
    ...(settleMs !== undefined && { settleMs }),
  });
  let lastId = 0;
  let failedAttempts = 0;
  let probing = false;
  let openedAt: number | null = null;
  let leaving: Leaving = { shortLives: 0, pauseMs: 0 };

  const isOpen = () => status.get().status === 'open';

  const transport = openTransport({
    onOpen() {
      failedAttempts = 0;
      openedAt = performance.now();
      status.set({ status: 'open' });
      subscriptions.resume();
    },
    onClose(code) {
      const wasOpen = isOpen();
      openedAt = null;
      pending.abandon();
      if (wasOpen) status.set({ status: 'closed', wasOpen: true });
      else failedAttempts += 1;
      // A browser is not told why a handshake was refused, so a token is doubted after a few of them.
      if (code === closeCodes.unauthenticated || failedAttempts % 3 === 2) onTokenRefused();
    },
    onMessage: receive,
  });

  const pings = setInterval(() => probe(pingTimeoutMs), pingIntervalMs);

  async function request(body: SocketRequest, timeoutMs = requestTimeoutMs): Promise<OkReply> {
    if (!isOpen()) throw new CallError({ reason: 'unreachable' });
    lastId += 1;
    const id = `c${lastId}`;
    const reply = pending.add(id, timeoutMs);
    if (!transport.send(JSON.stringify({ id, ...body }))) pending.abandon();
    try {
      return await reply;
    } catch (error) {
      if (isRefusal(error, 'connection_unknown')) {
        leave();
        throw new CallError({ reason: 'unreachable' }, { cause: error });
      }
      if (isRefusal(error, 'unauthenticated', 'token_expired')) onTokenRefused();
      throw error;
    }
  }

  /** The connection is there, and of no use. */
  function leave(): void {
    if (openedAt !== null) leaving = afterLeaving(leaving, performance.now() - openedAt, Math.random());
    openedAt = null;
    transport.reconnect(leaving.pauseMs);
  }

  function receive(data: unknown): void {
    const message = parse(data);
    if (!message) return;
    if (message.type === 'events') subscriptions.push(message);
    else pending.settle(message);
  }

  /** A connection can be dead without a close: no reply in time means that it is. */
  function probe(timeoutMs: number, onAlive = () => {}): void {
    if (!isOpen() || probing) return;
    probing = true;
    request({ type: 'ping' }, timeoutMs)
      .then(onAlive)
      .catch((error: unknown) => {
        if (error instanceof CallError && error.failure.reason === 'timed_out') leave();
      })
      .finally(() => {
        probing = false;
      });
  }

  return {
    status,
    request,
    subscribe: (stream, subscriber) => subscriptions.add(stream, subscriber),
    refreshToken(token) {
      request({ type: 'auth.refresh', token }).catch((error: unknown) => {
        if (error instanceof CallError && error.failure.reason !== 'unreachable') leave();
      });
    },
    wake() {
      // Somebody looks at the page again: what it shows should be what there is, even if a push was lost.
      if (isOpen()) probe(wakeTimeoutMs, subscriptions.resume);
      else transport.reconnect();
    },
    close() {
      clearInterval(pings);
      subscriptions.close();
      transport.close();
      pending.abandon();
    },
  };
}

/** What cannot be read is from a newer server: events that it would have told are found by their gap. */
function parse(data: unknown): ToldMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const message = ToldMessage.safeParse(JSON.parse(data));
    return message.success ? message.data : null;
  } catch {
    return null;
  }
}
