import type { RateLimit, RateVerdict } from '../domain/rate-limit.ts';

/**
 * Buckets, each named by its limit and whom it is for. Taking is atomic: of many at once no more are let through than the
 * limit has. Errors: `unavailable`; then nobody knows, and whoever asked must not go on as if they were let through.
 */
export interface RateLimiter {
  /** Takes one, if there is one. */
  take(limit: RateLimit, whom: string): Promise<RateVerdict>;
}
