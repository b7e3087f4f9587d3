const dayMs = 86_400_000;

/** A day in UTC, as the ledger writes it. */
export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Every day from one to another, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += dayMs) days.push(dayOf(time));
  return days;
}

export type Span = 'month' | 'last_month' | 'week' | 'quarter';

/** The days that a span has now. */
export function spanOf(span: Span, now: Date): { from: string; to: string } {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  const today = dayOf(now.getTime());
  switch (span) {
    case 'month':
      return { from: dayOf(Date.UTC(year, month, 1)), to: today };
    case 'last_month':
      return { from: dayOf(Date.UTC(year, month - 1, 1)), to: dayOf(Date.UTC(year, month, 0)) };
    case 'week':
      return { from: dayOf(now.getTime() - 6 * dayMs), to: today };
    case 'quarter':
      return { from: dayOf(now.getTime() - 89 * dayMs), to: today };
  }
}
