// One open WebSocket: its limits and its timers.
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { FrameMeter } from './frame-meter.ts';
import type { GatewayLimits } from './limits.ts';
import { type ConnectionFacts, disconnectReason } from './socket-event.ts';

/** How long a peer may take to answer our close frame. */
const closeGraceMs = 1_000;

export interface ConnectionEvents {
  onMessage(body: string): void;
  /** Once, with the code and reason that API Gateway would report. */
  onClose(close: { code: number; reason: string }): void;
}

export class SocketConnection {
  readonly facts: ConnectionFacts;
  lastActiveAt: number;
  readonly #socket: WebSocket;
  readonly #limits: GatewayLimits;
  readonly #idle: NodeJS.Timeout;
  readonly #life: NodeJS.Timeout;
  #closing: { code: number; reason: string } | undefined;

  constructor(
    facts: ConnectionFacts,
    transport: { socket: WebSocket; stream: Duplex },
    limits: GatewayLimits,
    events: ConnectionEvents,
  ) {
    this.facts = facts;
    this.lastActiveAt = facts.connectedAt;
    this.#socket = transport.socket;
    this.#limits = limits;
    this.#idle = setTimeout(() => this.close(1001, 'Going away'), limits.idleMs);
    this.#life = setTimeout(() => this.close(1001, 'Going away'), limits.lifeMs);
    const meter = new FrameMeter(limits.frameBytes);
    // Before the listener of `ws`, so that an oversized frame is refused before its message is delivered.
    transport.stream.prependListener('data', (chunk: Uint8Array) => {
      if (!this.#closing && meter.exceededBy(chunk)) this.close(1009, 'Frame too large');
    });
    this.#socket.on('message', (data, isBinary) => {
      if (this.#closing) return;
      // "API Gateway rejects a binary frame and disconnects the client with code 1003."
      if (isBinary) return this.close(1003, 'Binary is not supported');
      this.#touch();
      events.onMessage(data.toString());
    });
    // `ws` closes by itself after a protocol error; the close event follows, without the code it closed with.
    this.#socket.on('error', (error) => {
      const tooLarge = 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
      this.#closing ??= tooLarge ? { code: 1009, reason: '' } : { code: 1002, reason: error.message };
    });
    this.#socket.on('close', (code, reason) => {
      clearTimeout(this.#idle);
      clearTimeout(this.#life);
      const closing = this.#closing ?? { code, reason: reason.toString() };
      events.onClose({ code: closing.code, reason: disconnectReason(closing.code, closing.reason) });
    });
  }

  /** Sends one text message, unless the connection is going or its client reads too slowly. */
  send(body: Buffer | string): 'sent' | 'slow' | 'closing' {
    if (this.#closing || this.#socket.readyState !== this.#socket.OPEN) return 'closing';
    if (this.#socket.bufferedAmount > this.#limits.unsentBytes) return 'slow';
    this.#touch();
    this.#socket.send(body, { binary: false });
    return 'sent';
  }

  /** Closes with a code, and without the peer's consent after a second. */
  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = { code, reason };
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), closeGraceMs).unref();
  }

  /** Cuts the connection as a lost network would: the peer sees 1006. */
  drop(): void {
    this.#socket.terminate();
  }

  #touch(): void {
    this.lastActiveAt = Date.now();
    this.#idle.refresh();
  }
}
