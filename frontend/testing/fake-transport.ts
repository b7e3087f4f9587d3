import { ClientMessage, type ServerMessage } from '#core/protocol/socket.ts';
import type { OpenTransport, TransportEvents } from '../src/socket/transport.ts';

/** The other end of a connection, played by a test. */
export class FakeTransport {
  /** What the client has sent over the present connection. */
  sent: ClientMessage[] = [];
  /** How long the client paused before each connection that it made anew. */
  readonly pausesMs: number[] = [];
  get reconnects(): number {
    return this.pausesMs.length;
  }

  private events: TransportEvents | undefined;
  private isOpen = false;

  readonly open: OpenTransport = (events) => {
    this.events = events;
    return {
      send: (data) => {
        if (this.isOpen) this.sent.push(ClientMessage.parse(JSON.parse(data)));
        return this.isOpen;
      },
      reconnect: (pauseMs = 0) => {
        this.pausesMs.push(pauseMs);
        this.drop();
      },
      close: () => {
        this.isOpen = false;
      },
    };
  };

  accept(): void {
    this.isOpen = true;
    this.sent = [];
    this.events?.onOpen();
  }

  drop(code = 1006): void {
    this.isOpen = false;
    this.events?.onClose(code);
  }

  push(message: ServerMessage | object): void {
    this.events?.onMessage(JSON.stringify(message));
  }

  /** Answers the last message of a type, and lets the client take notice. */
  async reply(type: ClientMessage['type'], extra: object = {}): Promise<void> {
    this.push({ id: this.last(type)?.id ?? '', type: 'ok', ...extra });
    await settle();
  }

  async refuse(type: ClientMessage['type'], code: string): Promise<void> {
    this.push({ id: this.last(type)?.id ?? '', type: 'error', error: { code, message: code } });
    await settle();
  }

  last<Type extends ClientMessage['type']>(type: Type) {
    return this.sent.findLast((message): message is Extract<ClientMessage, { type: Type }> => message.type === type);
  }

  count = (type: ClientMessage['type']): number => this.sent.filter((message) => message.type === type).length;
}

/** Lets the promises that are ready run. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 10; round += 1) await Promise.resolve();
}
