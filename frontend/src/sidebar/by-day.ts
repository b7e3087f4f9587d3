import type { Thread } from '#core/protocol/thread.ts';
import { type DayGroup, dayGroup } from '../format/time.ts';

/** Threads that are sorted by time, under the days they belong to. */
export function byDay(threads: readonly Thread[], now: Date): { group: DayGroup; threads: Thread[] }[] {
  const groups: { group: DayGroup; threads: Thread[] }[] = [];
  for (const thread of threads) {
    const group = dayGroup(new Date(thread.updatedAt), now);
    const last = groups.at(-1);
    if (last?.group === group) last.threads.push(thread);
    else groups.push({ group, threads: [thread] });
  }
  return groups;
}
