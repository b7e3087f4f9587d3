import type { Principal } from '../domain/principal.ts';
import { timestamp } from '../ports/clock.ts';
import type { TicketStore } from '../ports/connection-store.ts';
import { ticketLifetimeMs } from '../protocol/limits.ts';
import type { SocketTicket } from '../protocol/routes.ts';
import type { Deps } from './deps.ts';

/** A ticket to open one socket with, for half a minute. It ends with its holder's own token. */
export async function issueTicket(
  { tickets, newTicket, now }: Pick<Deps, 'now'> & { tickets: TicketStore; newTicket: () => string },
  holder: Principal,
): Promise<SocketTicket> {
  const ticket = newTicket();
  const validUntilMs = Math.min(now() + ticketLifetimeMs, holder.expiresAtMs);
  await tickets.issue(ticket, holder, validUntilMs);
  return { ticket, expiresAt: timestamp(validUntilMs) };
}
