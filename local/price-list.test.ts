import { expect, it } from 'vitest';
import list from '#core/domain/price-list.json' with { type: 'json' };
import { pricesOf } from './price-list.ts';

it('is the list that is committed: run `npm run prices:update` after a new version of its source', () => {
  expect(list).toEqual(pricesOf(list.asOf));
});
