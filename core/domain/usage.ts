import type { UsageEntry } from '../ports/usage-ledger.ts';
import type { ModelCall } from './paid-calls.ts';
import { costMicroUsd, type OwnPrice, priceListSource, priceOf } from './prices.ts';

/** The calls as they are billed: each by the price of its model on its day. */
export const usageEntriesOf = (calls: readonly ModelCall[], own: readonly OwnPrice[]): UsageEntry[] =>
  calls.map(({ callId, agentId, model, keyOf, usage, isEstimate, at }) => {
    const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage;
    const price = priceOf(model, Date.parse(at), own);
    return {
      callId,
      agentId,
      model,
      keyOf,
      at,
      isEstimate,
      inputTokens,
      cachedInputTokens,
      outputTokens,
      reasoningTokens,
      costMicroUsd: price && costMicroUsd(price, usage),
      priceDate: price?.source === 'list' ? (price.validFrom ?? priceListSource.asOf) : (price?.validFrom ?? null),
    };
  });

/** What calls cost together. Null when one of them has no price: then the sum would be a guess. */
export const costOfEntries = (entries: readonly Pick<UsageEntry, 'costMicroUsd'>[]): number | null =>
  entries.reduce<number | null>(
    (sum, { costMicroUsd }) => (sum === null || costMicroUsd === null ? null : sum + costMicroUsd),
    0,
  );
