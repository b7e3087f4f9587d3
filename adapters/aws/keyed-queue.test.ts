import { expect, it } from 'vitest';
import { createKeyedQueue } from './keyed-queue.ts';

it('runs the tasks of a key one after the other, also after a failure', async () => {
  const inTurn = createKeyedQueue();
  const steps: string[] = [];
  const task = (name: string) => async () => {
    steps.push(`${name} begins`);
    await Promise.resolve();
    steps.push(`${name} ends`);
    if (name === 'a') throw new Error('a failed');
    return name;
  };

  const results = await Promise.allSettled([
    inTurn('key', task('a')),
    inTurn('key', task('b')),
    inTurn('key', task('c')),
  ]);

  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

it('runs the tasks of different keys side by side', async () => {
  const inTurn = createKeyedQueue();
  const blocker = Promise.withResolvers<void>();
  const blocked = inTurn('one', () => blocker.promise);

  expect(await inTurn('two', async () => 'done')).toBe('done');

  blocker.resolve();
  await blocked;
});
