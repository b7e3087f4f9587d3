import type { Clock } from '#core/ports/clock.ts';
import type { EventLog } from '#core/ports/event-log.ts';
import type { Journal } from '#core/ports/journal.ts';
import type { Metrics } from '#core/ports/metrics.ts';
import type { RateLimiter } from '#core/ports/rate-limiter.ts';
import type { SpendGuard } from '#core/ports/spend-guard.ts';

// The same ports, with what they do counted. What fails is not: whoever asked says what became of it.

interface Measuring {
  readonly metrics: Metrics;
  readonly now: Clock;
}

export const measuredLog = ({ metrics, now }: Measuring, log: EventLog): EventLog => ({
  ...log,
  async append(stream, batch) {
    const startedAtMs = now();
    const events = await log.append(stream, batch);
    metrics.record('AppendMs', now() - startedAtMs);
    return events;
  },
});

export const measuredJournal = ({ metrics, now }: Measuring, journal: Journal): Journal => ({
  ...journal,
  async put(runId, record) {
    const startedAtMs = now();
    const put = await journal.put(runId, record);
    metrics.record('JournalPutMs', now() - startedAtMs);
    if (put === 'taken') metrics.record('JournalConflicts', 1);
    return put;
  },
});

export const measuredLimiter = ({ metrics }: Pick<Measuring, 'metrics'>, limiter: RateLimiter): RateLimiter => ({
  async take(limit, whom) {
    const verdict = await limiter.take(limit, whom);
    if (!verdict.allowed) metrics.record('RateLimitRefusals', 1, { Limit: limit.name });
    return verdict;
  },
});

export const measuredSpend = ({ metrics }: Pick<Measuring, 'metrics'>, spend: SpendGuard): SpendGuard => ({
  ...spend,
  async reserve(request) {
    const reservation = await spend.reserve(request);
    if (reservation.kind === 'breach') metrics.record('BudgetBreaches', 1, { Scope: reservation.scope });
    return reservation;
  },
});
