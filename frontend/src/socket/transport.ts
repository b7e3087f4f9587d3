/** A connection that is made again whenever it is lost. */
export interface Transport {
  /** False when the connection is not open; the data is then dropped. */
  send(data: string): boolean;
  /** Drops the connection, if there is one, and makes a new one, at once or after a pause; asked again meanwhile, it counts anew. */
  reconnect(pauseMs?: number): void;
  close(): void;
}

export interface TransportEvents {
  onOpen(): void;
  /** Also after an attempt that failed; may come twice in a row. */
  onClose(code: number): void;
  onMessage(data: unknown): void;
}

export type OpenTransport = (events: TransportEvents) => Transport;
