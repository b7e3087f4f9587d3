import type { ModelPrice } from '#core/protocol/budget.ts';
import type { UsageRow } from '#core/protocol/usage.ts';

/** Models that worked without a price and have none yet, with how many calls had none, those with most first. */
export const unpricedModels = (
  usage: readonly UsageRow[],
  prices: readonly Pick<ModelPrice, 'model'>[],
): readonly { readonly model: string; readonly calls: number }[] =>
  usage
    .filter(({ key, unpricedCalls }) => unpricedCalls > 0 && !prices.some(({ model }) => model === key))
    .map(({ key, unpricedCalls }) => ({ model: key, calls: unpricedCalls }))
    .sort((a, b) => b.calls - a.calls);
