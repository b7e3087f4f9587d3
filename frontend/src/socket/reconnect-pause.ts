/** How a connection is left that was of no use. */
export interface Leaving {
  /** How many in a row, up to this one, were left soon after they had opened. */
  readonly shortLives: number;
  /** How long to wait before the next one is opened. */
  readonly pauseMs: number;
}

const shortLifeMs = 5_000;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/**
 * The next connection is made at once, unless it follows on others that did not last: a server that forgets each of them would
 * else be asked as fast as it answers. `random` (0 to 1) spreads its clients out.
 */
export function afterLeaving(before: Leaving, livedMs: number, random: number): Leaving {
  if (livedMs >= shortLifeMs) return { shortLives: 0, pauseMs: 0 };
  const shortLives = before.shortLives + 1;
  if (shortLives === 1) return { shortLives, pauseMs: 0 };
  const fullMs = Math.min(firstPauseMs * 2 ** (shortLives - 2), longestPauseMs);
  return { shortLives, pauseMs: Math.round(fullMs * (0.5 + random / 2)) };
}
