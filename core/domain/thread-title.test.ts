import { expect, it } from 'vitest';
import { ThreadTitle } from '../protocol/thread.ts';
import { titleFrom } from './thread-title.ts';

it.each([
  ['What time is it?', 'What time is it?'],
  ['  spaces   and\ttabs ', 'spaces and tabs'],
  ['# A heading\nand more', 'A heading'],
  ['\n\n> - a quoted point\n', 'a quoted point'],
  ['###', '###'],
  ['a'.repeat(60), 'a'.repeat(60)],
  ['a'.repeat(61), `${'a'.repeat(60)}…`],
  [`${'word '.repeat(20)}`, `${'word '.repeat(11)}word…`],
  [`short ${'x'.repeat(100)}`, `short ${'x'.repeat(54)}…`],
  ['🐎'.repeat(60), '🐎'.repeat(60)],
  [`x${'🐎'.repeat(70)}`, `x${'🐎'.repeat(59)}…`],
])('names a thread by the first line with words: %j', (text, title) => {
  expect(titleFrom(text)).toBe(title);
});

it('makes only titles that a thread may have', () => {
  for (const text of ['x'.repeat(90_000), '\n'.repeat(90_000).concat('x'), '🐎'.repeat(20_000), '- - -']) {
    const title = titleFrom(text);

    expect(ThreadTitle.parse(title)).toBe(title);
    expect(title.isWellFormed()).toBe(true);
  }
});
