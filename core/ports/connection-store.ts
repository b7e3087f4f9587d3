import * as z from 'zod';
import { UserId } from '../protocol/ids.ts';
import type { StreamName } from './event-log.ts';

export const Connection = z.object({
  connectionId: z.string(),
  userId: UserId,
  isAnonymous: z.boolean(),
  email: z.string().nullable(),
  /** When its user's token runs out, in milliseconds since 1970. Past that it may only refresh. */
  expiresAtMs: z.number(),
});
export type Connection = z.infer<typeof Connection>;

/**
 * Who is connected and listens to what. A subscription that `subscribe` has resolved is in every later `subscribers`
 * answer until it is removed. Errors: `unavailable`.
 */
export interface ConnectionStore {
  open(connection: Connection): Promise<void>;
  get(connectionId: string): Promise<Connection | null>;
  refresh(connectionId: string, expiresAtMs: number): Promise<void>;
  /** Forgets the connection and all its subscriptions. Forgetting an unknown one is no error. */
  close(connectionId: string): Promise<void>;
  subscribe(connectionId: string, stream: StreamName): Promise<void>;
  unsubscribe(connectionId: string, stream: StreamName): Promise<void>;
  subscribers(stream: StreamName): Promise<string[]>;
}

/** Single-use tickets that stand for a principal for some seconds, for clients that cannot send a token on connecting. */
export interface TicketStore {
  issue(ticket: string, holder: Omit<Connection, 'connectionId'>, validUntilMs: number): Promise<void>;
  /** The holder, exactly once; null when the ticket is unknown, used or too old. */
  redeem(ticket: string, nowMs: number): Promise<Omit<Connection, 'connectionId'> | null>;
}
