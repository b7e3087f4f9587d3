import { expect, it } from 'vitest';
import { formatAge } from './date.ts';

const now = new Date('2026-11-21T12:00:00Z');

it.each([
  ['2026-11-21T11:59:30Z', 'just now'],
  ['2026-11-21T12:00:30Z', 'in a moment'],
  ['2026-11-21T11:57:00Z', '3 minutes ago'],
  ['2026-11-21T10:00:00Z', '2 hours ago'],
  ['2026-11-28T12:00:00Z', 'in 7 days'],
])('calls %s "%s"', (at, words) => {
  expect(formatAge(at, now)).toBe(words);
});
