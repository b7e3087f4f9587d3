import { intervalOf, leewayOf, verdictOf } from '#core/domain/rate-limit.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { RateLimiter } from '#core/ports/rate-limiter.ts';

export function createMemoryRateLimiter(options: { now: Clock }): RateLimiter {
  const fullAt = new Map<string, number>();

  return {
    async take(limit, whom) {
      const nowMs = options.now();
      const key = `${limit.name} ${whom}`;
      const before = Math.max(nowMs, fullAt.get(key) ?? 0);
      const allowed = before - nowMs <= leewayOf(limit);
      const after = allowed ? before + intervalOf(limit) : before;
      fullAt.set(key, after);
      return verdictOf(limit, after, allowed, nowMs);
    },
  };
}
