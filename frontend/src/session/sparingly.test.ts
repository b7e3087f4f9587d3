import { expect, it, vi } from 'vitest';
import { settle } from '../../testing/fake-transport.ts';
import { sparingly } from './sparingly.ts';

function setUp() {
  const under: PromiseWithResolvers<void>[] = [];
  const renew = vi.fn(() => {
    const next = Promise.withResolvers<void>();
    under.push(next);
    return next.promise;
  });
  const clock = { ms: 0 };
  return { under, renew, clock, renewed: sparingly(renew, () => clock.ms) };
}

it('lets everybody wait for the renewal that is under way, however long it takes', async () => {
  const { under, renew, clock, renewed } = setUp();
  const done: string[] = [];

  void renewed().then(() => done.push('first'));
  clock.ms = 60_000;
  void renewed().then(() => done.push('second'));
  await settle();
  const before = [...done];
  under[0]?.resolve();
  await settle();

  expect(before).toEqual([]);
  expect(done).toEqual(['first', 'second']);
  expect(renew).toHaveBeenCalledOnce();
});

it('takes a renewal as good for ten seconds from its end', async () => {
  const { under, renew, clock, renewed } = setUp();
  const first = renewed();
  clock.ms = 8_000;
  under[0]?.resolve();
  await first;

  clock.ms = 17_999;
  await renewed();
  const within = renew.mock.calls.length;
  clock.ms = 18_000;
  void renewed();

  expect(within).toBe(1);
  expect(renew).toHaveBeenCalledTimes(2);
});

it('tries again at once after one that failed, and tells everybody that it did', async () => {
  const { under, renew, renewed } = setUp();
  const both = Promise.allSettled([renewed(), renewed()]);
  under[0]?.reject(new Error('offline'));
  const outcomes = (await both).map(({ status }) => status);

  void renewed();

  expect(outcomes).toEqual(['rejected', 'rejected']);
  expect(renew).toHaveBeenCalledTimes(2);
});
