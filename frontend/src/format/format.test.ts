import { describe, expect, it } from 'vitest';
import { sizeProblem } from '../composer/message-size.ts';
import { dayGroup, duration, elapsed, until } from './time.ts';
import { pageTitle, titleOf } from './title.ts';
import { namedArguments, pretty, summary } from './tool.ts';

describe('times', () => {
  it.each([
    [0, '0:00'],
    [-5, '0:00'],
    [7_900, '0:07'],
    [723_000, '12:03'],
    [3_723_000, '1:02:03'],
  ])('shows %i ms as %s elapsed', (ms, text) => {
    expect(elapsed(ms)).toBe(text);
  });

  it.each([
    [12.4, '12 ms'],
    [1_234, '1.2 s'],
    [59_960, '1 min 0 s'],
    [125_000, '2 min 5 s'],
  ])('shows %i ms as a duration of %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    [new Date(2026, 10, 21, 0, 1), 'Today'],
    [new Date(2026, 10, 22, 9), 'Today'],
    [new Date(2026, 10, 20, 23, 59), 'Yesterday'],
    [new Date(2026, 10, 14, 12), 'Last 7 days'],
    [new Date(2026, 9, 30), 'Last 30 days'],
    [new Date(2025, 10, 21), 'Older'],
  ])('puts %s under %s', (at, group) => {
    expect(dayGroup(at, new Date(2026, 10, 21, 12))).toBe(group);
  });
});

describe('until', () => {
  it.each([
    ['2026-11-21T09:00:01.000Z', 'in 1 second'],
    ['2026-11-21T09:01:29.000Z', 'in 89 seconds'],
    ['2026-11-21T09:05:00.000Z', 'in 5 minutes'],
    ['2026-11-21T20:00:00.000Z', 'in 11 hours'],
    ['2026-11-28T09:00:00.000Z', 'in 7 days'],
    ['2026-11-21T09:00:00.000Z', null],
  ])('says how long it is until %s', (at, text) => {
    expect(until(at, Date.parse('2026-11-21T09:00:00.000Z'))).toBe(text);
  });
});

describe('titles', () => {
  it('names a thread that has no name', () => {
    expect(titleOf({ title: null })).toBe('New thread');
    expect(titleOf({ title: 'Plans' })).toBe('Plans');
    expect(pageTitle(null)).toBe('Troupe');
    expect(pageTitle('Plans')).toBe('Plans · Troupe');
  });
});

describe('tool payloads', () => {
  it('indents JSON and leaves anything else as it is', () => {
    expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(pretty('"line\\nline"')).toBe('line\nline');
    expect(pretty('{"a":')).toBe('{"a":');
  });

  it('names the arguments of a plain object', () => {
    expect(namedArguments('{"to":"Ada","lines":[1]}')).toEqual([
      { name: 'to', value: 'Ada' },
      { name: 'lines', value: '[1]' },
    ]);
    expect(namedArguments(JSON.stringify({ text: ['x'.repeat(60)] }))?.[0]?.value).toMatch(/^\[\n {2}"x+"\n\]$/);
    expect([namedArguments('[1]'), namedArguments('{'), namedArguments('null')]).toEqual([null, null, null]);
  });

  it('says the arguments in a line', () => {
    expect(summary('{"timeZone":"Asia/Tokyo","hours":24}')).toBe('Asia/Tokyo, 24');
    expect(summary('{}')).toBe('');
    expect(summary('broken')).toBe('broken');
  });
});

describe('sizeProblem', () => {
  it('counts bytes, not characters', () => {
    expect(sizeProblem('a'.repeat(96 * 1024))).toBeNull();
    expect(sizeProblem('é'.repeat(49 * 1024))).toBe('This message is too long: 98 KB of at most 96 KB.');
  });
});
