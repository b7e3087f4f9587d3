import fc from 'fast-check';
import { expect, it } from 'vitest';
import { axisEnd } from './scale.ts';

it.each([
  [0, 1],
  [0.0003, 0.0005],
  [7, 10],
  [10, 10],
  [2.1, 2.5],
  [1300, 2000],
])('ends an axis for %d at %d', (greatest, end) => {
  expect(axisEnd(greatest)).toBeCloseTo(end, 10);
});

it('always has room for the greatest value, and never more than ten times as much', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (greatest) => {
      const end = axisEnd(greatest);

      expect(end).toBeGreaterThanOrEqual(greatest * (1 - 1e-9));
      expect(end).toBeLessThanOrEqual(greatest * 10);
    }),
  );
});
