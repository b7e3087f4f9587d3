import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { notFound, unavailable } from '#core/errors.ts';
import { retryUnavailable } from './retry.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const failing = (times: number, error: Error) => {
  let calls = 0;
  return vi.fn(async () => {
    calls += 1;
    if (calls <= times) throw error;
    return calls;
  });
};

it('does the work again until the store answers', async () => {
  const work = failing(4, unavailable('The store', null));

  const result = retryUnavailable(work);
  await vi.advanceTimersByTimeAsync(60_000);

  expect(await result).toBe(5);
});

it('gives up after five times, within three seconds', async () => {
  const error = unavailable('The store', null);
  const work = failing(9, error);

  const result = retryUnavailable(work).catch((reason: unknown) => reason);
  await vi.advanceTimersByTimeAsync(3_000);

  expect(await result).toBe(error);
  expect(work).toHaveBeenCalledTimes(5);
});

it.each([notFound('run', 'run_1'), new Error('a bug')])('does not repeat what %s will not heal', async (error) => {
  const work = failing(1, error);

  await expect(retryUnavailable(work)).rejects.toBe(error);
  expect(work).toHaveBeenCalledTimes(1);
});

it('stops when there is no point in it any more', async () => {
  let isPointless = false;
  const error = unavailable('The store', null);
  const work = failing(9, error);

  const result = retryUnavailable(work, () => isPointless).catch((reason: unknown) => reason);
  isPointless = true;
  await vi.advanceTimersByTimeAsync(60_000);

  expect(await result).toBe(error);
  expect(work).toHaveBeenCalledTimes(1);
});
