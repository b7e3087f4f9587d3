import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costMicroUsd, priceOf } from './prices.ts';

const atMs = Date.parse('2026-11-21T12:00:00Z');
const tokens = (inputTokens: number, outputTokens: number, cachedInputTokens = 0) => ({
  inputTokens,
  cachedInputTokens,
  outputTokens,
  reasoningTokens: 0,
});
const cost = (model: string, usage: ReturnType<typeof tokens>) => {
  const price = priceOf(model, atMs);
  return price && costMicroUsd(price, usage);
};

describe('the price of a model', () => {
  it.each([
    ['anthropic/claude-sonnet-4-5', 18_000_000],
    ['anthropic/claude-sonnet-4-0', 18_000_000],
    ['anthropic/claude-opus-4-1', 90_000_000],
    ['anthropic/claude-3-haiku', 1_500_000],
  ])('for a million tokens in and out is known: %s', (model, expected) => {
    const halves = costMicroUsd(priceOf(model, atMs) ?? never(), tokens(100_000, 100_000)) * 10;

    expect(halves).toBe(expected);
  });

  it('is that of the day of the call', () => {
    const before = priceOf('openai/o3', Date.parse('2025-06-09T23:59:59Z'));
    const after = priceOf('openai/o3', Date.parse('2025-06-10T00:00:00Z'));

    expect(before).toMatchObject({ input: 10, output: 40, validFrom: null });
    expect(after).toMatchObject({ input: 2, output: 8, validFrom: '2025-06-10', source: 'list' });
  });

  it('is never less than nothing', () => {
    expect(cost('openai/gpt-5.2', tokens(10, -1e12))).toBe(0);
  });

  it('counts cached tokens by their own rate', () => {
    expect(cost('openai/gpt-5.2', tokens(1_000, 100, 400))).toBe(600 * 1.75 + 400 * 0.175 + 100 * 14);
  });

  it('is higher for the whole call above the limit of the long context', () => {
    expect(cost('google/gemini-2.5-pro', tokens(200_000, 10))).toBe(200_000 * 1.25 + 10 * 10);
    expect(cost('google/gemini-2.5-pro', tokens(200_001, 10))).toBe(Math.round(200_001 * 2.5 + 10 * 15));
  });

  it('is that of the model for a snapshot which has none of its own', () => {
    expect(priceOf('anthropic/claude-sonnet-4-5-20250929', atMs)).toEqual(priceOf('anthropic/claude-sonnet-4-5', atMs));
    expect(priceOf('openai/gpt-4o-2024-05-13', atMs)).toMatchObject({ input: 5 });
    expect(priceOf('openai/gpt-4o-2024-08-06', atMs)).toMatchObject({ input: 2.5 });
  });

  it.each(['openai/gpt-5-unheard-of', 'huggingface/meta/llama', 'openai-compatible/gpt-5', 'azure/gpt-5', 'gpt-5', ''])(
    'is not guessed: %s',
    (model) => {
      expect(priceOf(model, atMs)).toBeNull();
    },
  );

  it.each(['demo/scripted', 'ollama/qwen3'])('is nothing for %s', (model) => {
    expect(cost(model, tokens(1e6, 1e6))).toBe(0);
  });

  it('is what the workspace has set, from its day on', () => {
    const own = [
      { model: 'openai-compatible/ours', validFrom: '2026-11-01', input: 0.5, cachedInput: 0.5, output: 1 },
      { model: 'openai-compatible/ours', validFrom: '2026-12-01', input: 9, cachedInput: 9, output: 9 },
      { model: 'demo/scripted', validFrom: '2026-01-01', input: 1, cachedInput: 1, output: 1 },
    ];

    expect(priceOf('openai-compatible/ours', atMs, own)).toMatchObject({ input: 0.5, source: 'workspace' });
    expect(priceOf('openai-compatible/ours', Date.parse('2026-10-31'), own)).toBeNull();
    expect(priceOf('demo/scripted', atMs, own)).toMatchObject({ input: 1, source: 'workspace' });
  });
});

it('is a whole number of millionths, and never less for more tokens', () => {
  const price = priceOf('anthropic/claude-sonnet-4-5', atMs) ?? never();
  const count = fc.nat(2_000_000);

  fc.assert(
    fc.property(count, count, count, count, (input, output, cached, more) => {
      const less = costMicroUsd(price, tokens(input, output, cached));
      expect(Number.isSafeInteger(less) && less >= 0).toBe(true);
      expect(costMicroUsd(price, tokens(input, output + more, cached))).toBeGreaterThanOrEqual(less);
    }),
  );
});

function never(): never {
  throw new Error('There is no price.');
}
