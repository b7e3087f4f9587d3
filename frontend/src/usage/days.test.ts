import { expect, it } from 'vitest';
import { daysBetween, spanOf } from './days.ts';

it('knows every day between two, over the end of a month', () => {
  expect(daysBetween('2026-02-27', '2026-03-02')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
});

it.each([
  ['month', '2026-03-01', '2026-03-31'],
  ['last_month', '2026-02-01', '2026-02-28'],
  ['week', '2026-03-25', '2026-03-31'],
] as const)('knows the days of a %s', (span, from, to) => {
  expect(spanOf(span, new Date('2026-03-31T23:30:00Z'))).toEqual({ from, to });
});
