import { describe, expect, it } from 'vitest';
import { createRequestQueue } from './request-queue.ts';

describe('the request queue', () => {
  it('runs one task at a time, in order, and goes on after a failure', async () => {
    const queue = createRequestQueue();
    const log: string[] = [];
    const task =
      (name: string, fails = false) =>
      async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      };

    const results = await Promise.allSettled([queue(task('a')), queue(task('b', true)), queue(task('c'))]);

    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
