import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from './clock.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** `create` makes a limiter of which nothing was taken. */
export function rateLimiterContract(name: string, create: (now: Clock) => Promise<RateLimiter>): void {
  describe(`${name} as a rate limiter`, () => {
    const limit = { name: 'requests', count: 4, seconds: 60 };
    let nowMs: number;
    let limiter: RateLimiter;
    beforeEach(async () => {
      nowMs = 1_800_000_000_000;
      limiter = await create(() => nowMs);
    });

    it('lets as many through at once as the limit has, and then none', async () => {
      const verdicts = [];
      for (let index = 0; index < 6; index += 1) verdicts.push(await limiter.take(limit, 'olga'));

      expect(verdicts.map(({ allowed }) => allowed)).toEqual([true, true, true, true, false, false]);
      expect(verdicts.map(({ remaining }) => remaining)).toEqual([3, 2, 1, 0, 0, 0]);
      expect(verdicts.map(({ retryAfterSeconds }) => retryAfterSeconds)).toEqual([0, 0, 0, 15, 15, 15]);
      expect(verdicts.at(-1)).toMatchObject({ limit, resetSeconds: 60 });
    });

    it('lets one through whenever its share of the time is over', async () => {
      for (let index = 0; index < 4; index += 1) await limiter.take(limit, 'olga');

      nowMs += 14_999;
      const early = await limiter.take(limit, 'olga');
      nowMs += 1;
      const [late, next] = [await limiter.take(limit, 'olga'), await limiter.take(limit, 'olga')];

      expect([early.allowed, late.allowed, next.allowed]).toEqual([false, true, false]);
    });

    it('is full again after the whole time, and not fuller', async () => {
      for (let index = 0; index < 4; index += 1) await limiter.take(limit, 'olga');

      nowMs += 3_600_000;
      const verdict = await limiter.take(limit, 'olga');

      expect(verdict).toMatchObject({ allowed: true, remaining: 3, resetSeconds: 15 });
    });

    it('keeps people and limits apart', async () => {
      for (let index = 0; index < 5; index += 1) await limiter.take(limit, 'olga');

      expect(await limiter.take(limit, 'sven')).toMatchObject({ allowed: true, remaining: 3 });
      expect(await limiter.take({ ...limit, name: 'runs' }, 'olga')).toMatchObject({ allowed: true, remaining: 3 });
    });

    it('lets no more through when many come at once', async () => {
      await limiter.take(limit, 'olga');

      const verdicts = await Promise.all(Array.from({ length: 30 }, () => limiter.take(limit, 'olga')));

      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(3);
    });
  });
}
