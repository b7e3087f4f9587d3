import * as z from 'zod';
import { PersonPrincipal, type Principal, ServicePrincipal } from '../domain/principal.ts';
import type { UserId } from '../protocol/ids.ts';
import type { StreamName } from './event-log.ts';

const connectionId = z.string();

/** An open socket, and who speaks through it. Past its `expiresAtMs` it may only refresh. */
export const Connection = z.union([
  ServicePrincipal.extend({ connectionId }),
  PersonPrincipal.extend({ connectionId }),
]);
export type Connection = z.infer<typeof Connection>;

/** Who listens, and until when their token was good when they subscribed. */
export interface Subscriber {
  readonly connectionId: string;
  readonly expiresAtMs: number;
}

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
  /** Subscribing again moves `expiresAtMs`. */
  subscribe(subscriber: Subscriber, stream: StreamName): Promise<void>;
  unsubscribe(connectionId: string, stream: StreamName): Promise<void>;
  subscribers(stream: StreamName): Promise<Subscriber[]>;
  /** The open connections of a user: each that `open` has resolved, until it closes. */
  ofUser(userId: UserId): Promise<string[]>;
  /**
   * Connections whose token ran out before then, among some `rows` rows from a chance place on: whoever asks again and again comes to
   * all of them, whatever their number.
   */
  someExpired(beforeMs: number, rows: number): Promise<string[]>;
}

/** Single-use tickets that stand for a principal for some seconds, for clients that cannot send a token on connecting. */
export interface TicketStore {
  issue(ticket: string, holder: Principal, validUntilMs: number): Promise<void>;
  /** The holder, exactly once; null when the ticket is unknown, used or too old. */
  redeem(ticket: string, nowMs: number): Promise<Principal | null>;
}
