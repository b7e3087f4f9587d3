import * as z from 'zod';

const count = z.number().int().nonnegative();

/** What some model calls took together. */
export const UsageTotals = z.object({
  calls: count,
  /** Calls of models whose price nobody has said; they are not in `costUsd`. */
  unpricedCalls: count,
  /** Calls of which no provider has said what they took, so that it is an estimate: answers that broke off, and silent servers. */
  estimatedCalls: count,
  inputTokens: count,
  /** Of the tokens in, those that the provider had kept from an earlier call. */
  cachedInputTokens: count,
  outputTokens: count,
  /** Of the tokens out, those that nobody reads. */
  reasoningTokens: count,
  /** With six decimals at most. */
  costUsd: z.number().nonnegative(),
});
export type UsageTotals = z.infer<typeof UsageTotals>;

export const noUsage: UsageTotals = {
  calls: 0,
  unpricedCalls: 0,
  estimatedCalls: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  costUsd: 0,
};

export const UsageBy = z.enum(['day', 'agent', 'user', 'thread', 'model']);
export type UsageBy = z.infer<typeof UsageBy>;

/** `key` is a day (`2026-11-21`), an id or a model, as asked for. */
export const UsageRow = UsageTotals.extend({ key: z.string() });
export type UsageRow = z.infer<typeof UsageRow>;
