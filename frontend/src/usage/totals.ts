import { noUsage, type UsageTotals } from '#core/protocol/usage.ts';

/** What several rows are together. */
export function sumOf(rows: readonly UsageTotals[]): UsageTotals {
  return rows.reduce(
    (sum, row) => ({
      calls: sum.calls + row.calls,
      unpricedCalls: sum.unpricedCalls + row.unpricedCalls,
      estimatedCalls: sum.estimatedCalls + row.estimatedCalls,
      inputTokens: sum.inputTokens + row.inputTokens,
      cachedInputTokens: sum.cachedInputTokens + row.cachedInputTokens,
      outputTokens: sum.outputTokens + row.outputTokens,
      reasoningTokens: sum.reasoningTokens + row.reasoningTokens,
      costUsd: Math.round((sum.costUsd + row.costUsd) * 1e6) / 1e6,
    }),
    noUsage,
  );
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
/** 812, 12.3K, 4.1M. */
export const tokens = (count: number): string => compact.format(count);
