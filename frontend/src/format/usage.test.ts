import { expect, it } from 'vitest';
import { byteSize, usageText, usd } from './usage.ts';

it.each([
  [0, '$0'],
  [12, 'under $0.0001'],
  [4_200, '$0.0042'],
  [50_000, '$0.05'],
  [1_250_000, '$1.25'],
])('writes %i millionths as %s', (microUsd, text) => {
  expect(usd(microUsd)).toBe(text);
});

it('counts tokens and calls', () => {
  const usage = { modelCalls: 1, inputTokens: 1234, cachedInputTokens: 0, outputTokens: 56, reasoningTokens: 0 };

  expect(usageText(usage)).toBe('1,234 tokens in, 56 out, 1 model call');
});

it('says what is an estimate, and whose keys paid', () => {
  const counts = { modelCalls: 3, inputTokens: 9, cachedInputTokens: 0, outputTokens: 5, reasoningTokens: 0 };

  expect(usageText({ ...counts, estimatedCalls: 1, keys: ['workspace', 'user'] })).toBe(
    '9 tokens in, 5 out, 3 model calls, 1 of them estimated, paid with the workspace’s key and the person’s own key',
  );
});

it.each([
  [812, '812 bytes'],
  [120 * 1024, '120 KB'],
  [1_300_000, '1.2 MB'],
])('writes %i bytes as %s', (bytes, text) => {
  expect(byteSize(bytes)).toBe(text);
});
