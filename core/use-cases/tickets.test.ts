import { describe, expect, it } from 'vitest';
import { timestamp } from '../ports/clock.ts';
import { createWorld, startMs } from './testing.ts';
import { issueTicket } from './tickets.ts';

function createOffice() {
  const world = createWorld();
  const tickets = world.deps.connections;
  const newTicket = () => crypto.randomUUID();
  return { world, tickets, issue: (holder = world.olga) => issueTicket({ ...world.deps, tickets, newTicket }, holder) };
}

describe('a socket ticket', () => {
  it('stands for its holder, once', async () => {
    const { world, tickets, issue } = createOffice();

    const { ticket, expiresAt } = await issue();

    expect(expiresAt).toBe(timestamp(startMs + 30_000));
    expect(await tickets.redeem(ticket, startMs + 30_000)).toMatchObject({ userId: world.olga.userId });
    expect(await tickets.redeem(ticket, startMs)).toBeNull();
  });

  it('is too old after half a minute', async () => {
    const { tickets, issue } = createOffice();

    const { ticket } = await issue();

    expect(await tickets.redeem(ticket, startMs + 30_001)).toBeNull();
  });

  it('ends with its holder’s own token', async () => {
    const { world, issue } = createOffice();

    const { expiresAt } = await issue({ ...world.olga, expiresAtMs: startMs + 5_000 });

    expect(expiresAt).toBe(timestamp(startMs + 5_000));
  });
});
