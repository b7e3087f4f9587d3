import { expect, it, vi } from 'vitest';
import { everyElement } from './pages.ts';

const list = ['a', 'b', 'c', 'd', 'e'];

/** Two elements a page. */
const readPage = async ({ cursor = '0' }: { cursor?: string }) => {
  const next = Number(cursor) + 2;
  return { data: list.slice(Number(cursor), next), nextCursor: next < list.length ? String(next) : null };
};

it('reads a list page by page to its end', async () => {
  const asked = vi.fn(readPage);

  expect(await everyElement(asked)).toEqual(list);
  expect(asked.mock.calls).toEqual([[{}], [{ cursor: '2' }], [{ cursor: '4' }]]);
});

it('asks for no more pages when it has enough', async () => {
  const asked = vi.fn(readPage);

  expect(await everyElement(asked, 3)).toEqual(['a', 'b', 'c', 'd']);
  expect(asked).toHaveBeenCalledTimes(2);
});

it('of a list that is empty, is nothing', async () => {
  expect(await everyElement(async () => ({ data: [], nextCursor: null }))).toEqual([]);
});
