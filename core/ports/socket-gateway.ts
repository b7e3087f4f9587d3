/** `gone`: the connection has ended and will not come back. `throttled`: the gateway takes no more at the moment. */
export type PostResult = 'sent' | 'gone' | 'throttled';

/** Sends to open sockets. A push is a hint: callers may lose it without losing anything. Errors: `unavailable`. */
export interface SocketGateway {
  /** `payload` is at most 128 KB (API Gateway's limit for a message). */
  post(connectionId: string, payload: string): Promise<PostResult>;
  /** Ends the connection from here. One that has ended already is no error. */
  close(connectionId: string): Promise<void>;
}
