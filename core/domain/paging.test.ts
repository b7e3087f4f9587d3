import { expect, it } from 'vitest';
import { pageAfter } from './paging.ts';

const all = ['a', 'b', 'c', 'd', 'e'];
const page = (cursor: string | undefined, limit = 2) => pageAfter(all, (id) => id, { cursor, limit });

it('gives every element once, page by page', () => {
  expect(page(undefined)).toEqual({ data: ['a', 'b'], nextCursor: 'b' });
  expect(page('b')).toEqual({ data: ['c', 'd'], nextCursor: 'd' });
  expect(page('d')).toEqual({ data: ['e'], nextCursor: null });
  expect(page(undefined, 5)).toEqual({ data: all, nextCursor: null });
});

it('refuses a cursor that it did not give out', () => {
  expect(() => page('x')).toThrow(/cursor/);
});
