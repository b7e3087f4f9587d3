import { describe, expect, it } from 'vitest';
import { compileCron } from './cron-expression.ts';

/** A Wednesday. */
const after = '2026-03-11T10:20:30Z';

function next(fields: string, from = after): string | undefined {
  return compileCron(fields)(new Date(from))?.toISOString().slice(0, 16);
}

describe('compileCron', () => {
  it.each([
    ['* * * * ? *', '2026-03-11T10:21'],
    ['20 10 * * ? *', '2026-03-12T10:20'],
    ['0/15 * * * ? *', '2026-03-11T10:30'],
    ['0 6 ? * MON-FRI *', '2026-03-12T06:00'],
    ['0 6 ? * 1,7 *', '2026-03-14T06:00'],
    ['15 8-18/5 * * ? *', '2026-03-11T13:15'],
    ['0 0 1 JAN ? *', '2027-01-01T00:00'],
    ['0 0 L * ? *', '2026-03-31T00:00'],
    ['0 0 ? * 6L *', '2026-03-27T00:00'],
    ['0 0 ? * TUE#2 *', '2026-04-14T00:00'],
    ['0 0 15W * ? *', '2026-03-16T00:00'],
    ['0 0 29 2 ? *', '2028-02-29T00:00'],
    ['0 0 1 1 ? 2040', '2040-01-01T00:00'],
  ])('finds the next time of %s', (fields, expected) => {
    expect(next(fields)).toBe(expected);
  });

  it('finds nothing when the years are over', () => {
    expect(next('0 0 1 1 ? 2020')).toBeUndefined();
  });

  it('counts from the minute after the given one', () => {
    expect(next('0 12 * * ? *', '2026-03-11T12:00:00Z')).toBe('2026-03-12T12:00');
    expect(next('0 12 * * ? *', '2026-03-11T11:59:59Z')).toBe('2026-03-11T12:00');
  });

  it.each(['* * * * *', '* * * * * *', '* * ? * ? *', '60 * * * ? *', '*/0 * * * ? *', '* * * FOO ? *'])(
    'refuses %s',
    (fields) => {
      expect(() => compileCron(fields)).toThrow('cron');
    },
  );
});
