// A `ws` client for tests that hands out what arrives, in order.
import { WebSocket } from 'ws';

export interface TestSocket {
  protocol: string;
  socket: WebSocket;
  /** The next message, waiting for it if need be. */
  next(): Promise<string>;
  closed: Promise<{ code: number; reason: string }>;
}

/** Resolves once the socket is open; rejects with the HTTP status of a refusal. */
export function openSocket(
  url: string,
  protocols: string[] = [],
  headers: Record<string, string> = {},
): Promise<TestSocket> {
  const socket = new WebSocket(url, protocols, { headers });
  const messages: string[] = [];
  const waiting: ((message: string) => void)[] = [];
  socket.on('message', (data) => {
    const message = data.toString();
    const waiter = waiting.shift();
    if (waiter) waiter(message);
    else messages.push(message);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  const next = async () => messages.shift() ?? new Promise<string>((resolve) => waiting.push(resolve));
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      reject(new Error(`refused with ${response.statusCode}`));
    });
    socket.on('open', () => resolve({ protocol: socket.protocol, socket, next, closed }));
  });
}
