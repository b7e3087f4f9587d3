/** 0:07, 12:03, 1:02:03. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes % 60)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** 12 ms, 1.2 s, 2 min 5 s: how long something took. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export const dayGroups = ['Today', 'Yesterday', 'Last 7 days', 'Last 30 days', 'Older'] as const;
export type DayGroup = (typeof dayGroups)[number];

/** Under which heading of the thread list a moment belongs, by the calendar of the person who looks. */
export function dayGroup(at: Date, now: Date): DayGroup {
  const startOfToday = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const days = Math.ceil((startOfToday.getTime() - at.getTime()) / 86_400_000);
  if (days <= 0) return 'Today';
  if (days <= 1) return 'Yesterday';
  if (days <= 7) return 'Last 7 days';
  return days <= 30 ? 'Last 30 days' : 'Older';
}

const relative = new Intl.RelativeTimeFormat('en');

/** In 45 seconds, in 3 hours: how long until a moment; null when it is over. */
export function until(at: string, nowMs: number): string | null {
  const seconds = Math.ceil((Date.parse(at) - nowMs) / 1000);
  if (seconds <= 0) return null;
  if (seconds < 90) return relative.format(seconds, 'second');
  if (seconds < 90 * 60) return relative.format(Math.round(seconds / 60), 'minute');
  if (seconds < 36 * 3600) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86_400), 'day');
}
