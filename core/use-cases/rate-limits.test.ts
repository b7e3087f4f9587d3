import { describe, expect, it } from 'vitest';
import { createMemoryRateLimiter } from '#adapters/memory/memory-rate-limiter.ts';
import type { Principal } from '../domain/principal.ts';
import { unavailable } from '../errors.ts';
import { newId, newUserId } from '../ports/samples.contract.ts';
import { createRateLimits } from './rate-limits.ts';

const rate = (count: number) => ({ count, seconds: 60 });
const settings = {
  requests: rate(3),
  anonymousRequests: rate(1),
  workspaceRequests: rate(5),
  messages: rate(3),
  anonymousMessages: rate(1),
  runs: rate(2),
  anonymousRuns: rate(1),
  workspaceRuns: rate(4),
};
const strangers = new Set<string>();
const newLimits = () =>
  createRateLimits({
    limiter: createMemoryRateLimiter({ now: () => 1_000_000 }),
    settings,
    isMember: async ({ userId }) => !strangers.has(userId),
  });
const person = (isAnonymous = false): Principal => ({
  kind: 'person',
  userId: newUserId(),
  isAnonymous,
  email: null,
  issuedAtMs: 0,
  expiresAtMs: 9e12,
});

const keyOf = ({ userId }: Principal, workspaceId = newId('wsp')): Principal => ({
  kind: 'service',
  userId,
  isAnonymous: false,
  email: null,
  issuedAtMs: 0,
  expiresAtMs: 9e12,
  workspaceId,
  apiKeyId: newId('key'),
  scopes: ['run'],
});

/** How many pass, of ten. */
async function passed(ask: () => Promise<unknown>): Promise<number> {
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, ask));
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

describe('rate limits', () => {
  it('are tighter for anonymous people', async () => {
    const limits = newLimits();
    const [olga, guest] = [person(), person(true)];

    expect(await passed(() => limits.request(olga))).toBe(3);
    expect(await passed(() => limits.request(guest))).toBe(1);
    expect(await passed(() => limits.run(guest, newId('wsp')))).toBe(1);
  });

  it('give an API key its own, and leave its maker alone', async () => {
    const limits = newLimits();
    const olga = person();
    const key = keyOf(olga);

    expect(await passed(() => limits.request(key))).toBe(3);
    expect(await passed(() => limits.request(olga))).toBe(3);
  });

  it('hold for a workspace as a whole', async () => {
    const limits = newLimits();
    const workspaceId = newId('wsp');
    const people = [person(), person(), person()];

    const counts = [];
    for (const caller of people) counts.push(await passed(() => limits.run(caller, workspaceId)));

    expect(counts).toEqual([2, 2, 0]);
  });

  it('hold for all requests to a workspace, of members and of its API keys', async () => {
    const limits = newLimits();
    const workspaceId = newId('wsp');
    const [olga, stranger] = [person(), person()];
    strangers.add(stranger.userId);
    const key = keyOf(olga, workspaceId);

    expect(await passed(() => limits.inWorkspace(stranger, workspaceId))).toBe(10);
    expect(await passed(() => limits.inWorkspace(olga, undefined))).toBe(10);
    expect(await passed(() => limits.message(key))).toBe(3);
    await limits.inWorkspace(olga, workspaceId);
    expect(await passed(() => limits.inWorkspace(key, undefined))).toBe(1);
  });

  it('hold for messages on sockets', async () => {
    const limits = newLimits();

    expect(await passed(() => limits.message(person()))).toBe(10);
    const [olga, guest] = [person(), person(true)];
    expect(await passed(() => limits.message(olga))).toBe(3);
    expect(await passed(() => limits.message(guest))).toBe(1);
  });

  it('say which limit it was and when to come again', async () => {
    const limits = newLimits();
    const guest = person(true);
    await limits.request(guest);

    await expect(limits.request(guest)).rejects.toMatchObject({
      code: 'rate_limited',
      message: 'Too many requests: 1 in 60 s are allowed. Try again in 60 s.',
      rate: { limit: { name: 'requests' }, retryAfterSeconds: 60 },
    });
  });

  it('let nobody pass when nobody knows', async () => {
    const limiter = { take: () => Promise.reject(unavailable('The table', new Error('down'))) };
    const limits = createRateLimits({ limiter, settings, isMember: async () => true });

    await expect(limits.request(person())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
