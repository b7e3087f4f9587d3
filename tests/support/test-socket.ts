import { once } from 'node:events';
import WebSocket from 'ws';
import * as z from 'zod';
import type { AnyEnvelope, Stream } from '#core/protocol/event.ts';
import { type OkReply, ServerMessage, socketProtocol } from '#core/protocol/socket.ts';

/** A client without any cleverness: says messages, keeps what it hears. */
export interface TestSocket {
  /** Sends a message and resolves with its one reply. Rejects when the gateway says that a handler failed or took too long. */
  ask(message: Record<string, unknown>): Promise<Extract<ServerMessage, { type: 'ok' | 'error' }>>;
  /** The same, for messages that must succeed. */
  askOk(message: Record<string, unknown>): Promise<OkReply>;
  /** Sends a text as it is and resolves with the next reply. */
  askRaw(text: string | Buffer): Promise<Extract<ServerMessage, { type: 'ok' | 'error' }>>;
  /** Every event that was pushed for a stream, in the order of arrival. */
  pushed(stream: Stream): AnyEnvelope[];
  /** Resolves when the stream's pushed events fulfil a condition, at once if they do already. */
  until(stream: Stream, condition: (events: AnyEnvelope[]) => boolean): Promise<AnyEnvelope[]>;
  readonly closed: Promise<{ code: number; reason: string }>;
  /** Ends it as a closed tab does. */
  close(): Promise<void>;
  /** Ends it as a lost network does. */
  cut(): void;
}

interface Options {
  readonly token?: string;
  readonly ticket?: string;
}

/** API Gateway says so itself when a route's handler fails, or has not answered in 29 seconds. */
const GatewayNotice = z.object({ message: z.string(), connectionId: z.string(), requestId: z.string() });
const Heard = z.union([ServerMessage, GatewayNotice]);

/** Connects; rejects with the HTTP status when the gateway refuses. */
export async function connect(socketUrl: string, { token, ticket }: Options): Promise<TestSocket> {
  const protocols = [socketProtocol, ...(token ? [`bearer.${token}`] : [])];
  const socket = new WebSocket(ticket ? `${socketUrl}?ticket=${ticket}` : socketUrl, protocols);
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: Number(code), reason: String(reason) }));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => reject(new Error(`refused: ${response.statusCode}`)));
    socket.once('error', reject);
  });
  socket.on('error', () => {
    // A cut connection; `closed` tells.
  });

  const streams = new Map<Stream, AnyEnvelope[]>();
  const replies = new Map<string | null, PromiseWithResolvers<Extract<ServerMessage, { type: 'ok' | 'error' }>>>();
  const watchers = new Set<() => void>();
  let anyReply: ((reply: Extract<ServerMessage, { type: 'ok' | 'error' }>) => void) | undefined;
  const pushed = (stream: Stream) => streams.get(stream) ?? [];

  socket.on('message', (data) => {
    const message = Heard.parse(JSON.parse(String(data)));
    if (!('type' in message)) {
      // It does not say which of them it was.
      for (const { reject } of replies.values()) reject(new Error(`timed_out or failed: ${message.message}`));
      replies.clear();
      return;
    }
    if (message.type === 'events') {
      streams.set(message.stream, [...pushed(message.stream), ...message.events]);
      for (const look of watchers) look();
      return;
    }
    const waiting = replies.get(message.id)?.resolve ?? anyReply;
    replies.delete(message.id);
    waiting?.(message);
  });

  let count = 0;
  const ask: TestSocket['ask'] = (message) => {
    count += 1;
    const id = String(count);
    const reply = Promise.withResolvers<Extract<ServerMessage, { type: 'ok' | 'error' }>>();
    replies.set(id, reply);
    sendInFrames(socket, JSON.stringify({ id, ...message }));
    return reply.promise;
  };

  return {
    ask,
    async askOk(message) {
      const reply = await ask(message);
      if (reply.type === 'error')
        throw new Error(`${String(message['type'])}: ${reply.error.code}: ${reply.error.message}`);
      return reply;
    },
    askRaw: (text) =>
      new Promise((resolve) => {
        anyReply = resolve;
        socket.send(text);
      }),
    pushed,
    until: (stream, condition) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!condition(pushed(stream))) return;
          watchers.delete(look);
          resolve(pushed(stream));
        };
        watchers.add(look);
        void closed.then(({ code }) => reject(new Error(`the socket closed (${code}) before it happened`)));
        look();
      }),
    closed,
    async close() {
      socket.close();
      await closed;
    },
    cut: () => socket.terminate(),
  };
}

/** API Gateway takes frames of at most 32 KB; a longer message must come in several. */
function sendInFrames(socket: WebSocket, text: string): void {
  const bytes = Buffer.from(text);
  const size = 30 * 1024;
  for (let start = 0; start < bytes.length; start += size) {
    const isLast = start + size >= bytes.length;
    socket.send(bytes.subarray(start, start + size), { binary: false, fin: isLast });
  }
}

/** Whether a run's last event is among these. */
export const hasEnded = (runId: string) => (events: AnyEnvelope[]) =>
  events.some(
    (event) => event.runId === runId && ['run.completed', 'run.failed', 'run.cancelled'].includes(event.event.type),
  );
