import { describe, expect, it } from 'vitest';
import { maxInputBytes } from '#core/protocol/limits.ts';
import { MessageText } from '#core/protocol/socket.ts';
import { sizeProblem } from './message-size.ts';

describe('sizeProblem', () => {
  it.each([
    ['letters', 'a', 1],
    ['quotes, which JSON escapes', '"', 2],
    ['umlauts', 'ü', 2],
    ['emoji', '😀', 4],
    ['control characters', '\u0001', 6],
  ])('draws the line where the server does: %s', (_, character, bytes) => {
    const longest = character.repeat(maxInputBytes / bytes);

    expect(sizeProblem(longest)).toBeNull();
    expect(MessageText.safeParse(longest).success).toBe(true);
    expect(sizeProblem(`${longest}a`)).toBe('This message is too long: 97 KB of at most 96 KB.');
    expect(MessageText.safeParse(`${longest}a`).success).toBe(false);
  });
});
