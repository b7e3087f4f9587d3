import { expect, it } from 'vitest';
import { RateText } from './rate-limit.ts';

it.each(['0/60', '60', '60/0', '-1/60', '1.5/60', '60/60/60', ''])('is no rate: %j', (text) => {
  expect(RateText.safeParse(text).success).toBe(false);
});

it('reads how many in how many seconds', () => {
  expect(RateText.parse('600/60')).toEqual({ count: 600, seconds: 60 });
});
