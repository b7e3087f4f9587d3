import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { likelyTokens, mostInputTokens, outputLimit } from './token-bound.ts';

describe('what a call can take at most', () => {
  it('is more than any tokenizer that can fall back to bytes makes of a prompt', () => {
    // The worst there is: a token for each byte, and marks around each message.
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (messages) => {
        const bytes = Buffer.byteLength(JSON.stringify(messages));
        const worst = messages.reduce((sum, text) => sum + Buffer.byteLength(text) + 8, 100);

        expect(mostInputTokens(bytes, messages.length)).toBeGreaterThanOrEqual(worst);
        expect(likelyTokens(bytes)).toBeLessThanOrEqual(mostInputTokens(bytes, messages.length));
      }),
    );
  });

  it.each([
    ['openai/gpt-5.2', {}, 16_384, 16_384],
    ['openai/gpt-5.2', { maxOutputTokens: 500 }, 500, 500],
    ['openai/gpt-4o', {}, 16_384, 16_384],
    ['openai-compatible/house-model', {}, 4_096, 4_096],
    ['azure/ours', { maxOutputTokens: 100_000 }, 100_000, 100_000],
    ['anthropic/claude-sonnet-4-5', { maxOutputTokens: 500 }, 500, 500],
    ['anthropic/claude-sonnet-4-5', { maxOutputTokens: 500, reasoningEffort: 'high' }, 500, 64_000],
    ['anthropic/claude-opus-5', { maxOutputTokens: 500, reasoningEffort: 'high' }, 500, 500],
  ] as const)('of %s with %j is told and reckoned', (model, settings, maxOutputTokens, mostTokens) => {
    expect(outputLimit(model, settings)).toEqual({ maxOutputTokens, mostTokens });
  });
});
