const atMostEveryMs = 10_000;

/**
 * Renews for all who ask at the same time at once: each waits for the renewal that is under way. One that has ended well stands for a
 * while, because requests that were sent before it may still be refused.
 */
export function sparingly(renew: () => Promise<void>, nowMs: () => number): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;

  async function renewNow(): Promise<void> {
    try {
      await renew();
      renewedAt = nowMs();
    } finally {
      underWay = undefined;
    }
  }

  return async () => {
    if (!underWay && nowMs() - renewedAt < atMostEveryMs) return;
    underWay ??= renewNow();
    await underWay;
  };
}
