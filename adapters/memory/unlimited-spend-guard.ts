import type { SpendGuard } from '#core/ports/spend-guard.ts';

/** Knows no budgets: every call may be made. For tests that are not about money. */
export function createUnlimitedSpendGuard(): SpendGuard {
  return {
    lookAhead: () => {},
    prices: async () => [],
    reserve: async () => ({ kind: 'reserved', priced: true, isHeld: false }),
    settle: async () => {},
    release: async () => {},
    releaseRun: async () => {},
  };
}
