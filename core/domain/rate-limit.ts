import * as z from 'zod';

/** So many in so many seconds, as a bucket: all of them at once if it is full, and one more whenever its share of the time is over. */
export interface RateLimit {
  /** What is counted: it tells the caller which limit it is. */
  readonly name: string;
  readonly count: number;
  readonly seconds: number;
}

/** `<count>/<seconds>`, as the environment writes it: `600/60`. */
export const RateText = z
  .string()
  .regex(/^[1-9]\d{0,6}\/[1-9]\d{0,5}$/, 'must be <count>/<seconds>, like 600/60')
  .transform((text) => {
    const [count = 1, seconds = 1] = text.split('/').map(Number);
    return { count, seconds };
  });

export interface RateVerdict {
  readonly limit: RateLimit;
  readonly allowed: boolean;
  /** How many more would be let through now. */
  readonly remaining: number;
  /** When the next one will be let through; 0 when one would be now. */
  readonly retryAfterSeconds: number;
  /** When all of them would be. */
  readonly resetSeconds: number;
}

/** How long one takes to come back, in milliseconds. */
export const intervalOf = ({ count, seconds }: RateLimit): number => (seconds * 1000) / count;

/** How far ahead of now a bucket may be when one more is taken from it. */
export const leewayOf = (limit: RateLimit): number => limit.seconds * 1000 - intervalOf(limit);

/**
 * Reads a bucket, which is the time at which it will be full again (the generic cell rate algorithm: ITU-T I.371). `fullAtMs`
 * is how it stands after the request, or without it when it was refused.
 */
export function verdictOf(limit: RateLimit, fullAtMs: number, allowed: boolean, nowMs: number): RateVerdict {
  const aheadMs = Math.max(0, fullAtMs - nowMs);
  const waitMs = Math.max(0, aheadMs - leewayOf(limit));
  // Shares of time are not whole milliseconds; what is one but for the rounding is one.
  const remaining = Math.floor((limit.seconds * 1000 - aheadMs) / intervalOf(limit) + 1e-6);
  return {
    limit,
    allowed,
    remaining: Math.max(0, remaining),
    retryAfterSeconds: Math.ceil(waitMs / 1000),
    resetSeconds: Math.ceil(aheadMs / 1000),
  };
}
