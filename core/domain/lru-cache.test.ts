import { expect, it } from 'vitest';
import { createLruCache } from './lru-cache.ts';

it('forgets the entry that was not used for the longest time', () => {
  const cache = createLruCache<number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.get('a');

  cache.set('c', 3);

  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
});

it('takes no more room for an entry that is set again', () => {
  const cache = createLruCache<number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.set('b', 3);

  expect([cache.get('a'), cache.get('b')]).toEqual([1, 3]);
});
