// The six-field cron of AWS, in UTC (EventBridge Scheduler user guide, "Schedule types": minutes hours day-of-month month day-of-week year).

/** The first minute after `after` that the fields allow, or undefined when none of the coming years has one. */
export type NextMinute = (after: Date) => Date | undefined;

type DayMatch = (date: Date) => boolean;

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const dayMs = 86_400_000;
/** The longest gap that a valid expression can have is the one around a leap year that is none (2096 to 2104). */
const horizonDays = 366 * 9;

/** Compiles the six fields; throws for what AWS would refuse. */
export function compileCron(fields: string): NextMinute {
  const [minute, hour, dayOfMonth, month, dayOfWeek, year, ...more] = fields.trim().toUpperCase().split(/\s+/);
  if (!minute || !hour || !dayOfMonth || !month || !dayOfWeek || !year || more.length > 0) {
    throw new Error(`cron(${fields}): six fields are needed`);
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new Error(`cron(${fields}): either the day of the month or the day of the week must be ?`);
  }
  const minutes = valuesOf(minute, 0, 59);
  const hours = valuesOf(hour, 0, 23);
  const months = valuesOf(month, 1, 12, monthNames, 1);
  const years = valuesOf(year, 1970, 2199);
  const matchesDay = dayOfMonth === '?' ? compileDayOfWeek(dayOfWeek) : compileDayOfMonth(dayOfMonth);

  return (after) => {
    const first = Math.floor(after.getTime() / 60_000) * 60_000 + 60_000;
    const firstDay = Math.floor(first / dayMs) * dayMs;
    const lastDay = Math.max(firstDay, Date.UTC(Math.min(...years), 0, 1)) + horizonDays * dayMs;
    for (let day = firstDay; day <= lastDay; day += dayMs) {
      const date = new Date(day);
      if (!years.has(date.getUTCFullYear()) || !months.has(date.getUTCMonth() + 1) || !matchesDay(date)) continue;
      for (const atHour of hours) {
        for (const atMinute of minutes) {
          const at = day + atHour * 3_600_000 + atMinute * 60_000;
          if (at >= first) return new Date(at);
        }
      }
    }
    return undefined;
  };
}

function compileDayOfMonth(field: string): DayMatch {
  if (field === 'L') return (date) => date.getUTCDate() === daysInMonth(date);
  const near = /^(\d+)W$/.exec(field)?.[1];
  if (near) return (date) => date.getUTCDate() === nearestWeekday(date, Number(near));
  const days = valuesOf(field, 1, 31);
  return (date) => days.has(date.getUTCDate());
}

function compileDayOfWeek(field: string): DayMatch {
  const [, day, nth] = /^(\w+)#([1-5])$/.exec(field) ?? [];
  if (day && nth) {
    const days = valuesOf(day, 1, 7, dayNames, 1);
    return (date) => days.has(date.getUTCDay() + 1) && Math.ceil(date.getUTCDate() / 7) === Number(nth);
  }
  const last = /^(\w+)L$/.exec(field)?.[1];
  if (last) {
    const days = valuesOf(last, 1, 7, dayNames, 1);
    return (date) => days.has(date.getUTCDay() + 1) && date.getUTCDate() > daysInMonth(date) - 7;
  }
  const days = valuesOf(field === 'L' ? '7' : field, 1, 7, dayNames, 1);
  return (date) => days.has(date.getUTCDay() + 1);
}

/** The values of a field in ascending order: `*`, `a`, `a-b`, `a/n`, `a-b/n` and lists of these. */
function valuesOf(field: string, min: number, max: number, names: string[] = [], firstName = 0): ReadonlySet<number> {
  const toNumber = (text: string): number => {
    const named = names.indexOf(text);
    const value = named >= 0 ? named + firstName : /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw new Error(`cron: "${field}" is not a value from ${min} to ${max}`);
    return value;
  };
  const values = field.split(',').flatMap((part) => {
    const [range = '', step] = part.split('/');
    const every = step === undefined ? 1 : Number(step);
    if (!Number.isInteger(every) || every < 1) throw new Error(`cron: "${field}" has no valid step`);
    const [from = '', to] = range.split('-');
    const start = from === '*' ? min : toNumber(from);
    const open = from === '*' || step !== undefined;
    const end = to === undefined ? (open ? max : start) : toNumber(to);
    return Array.from({ length: Math.floor((end - start) / every) + 1 }, (_, index) => start + index * every);
  });
  return new Set(values.toSorted((a, b) => a - b));
}

function daysInMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The weekday nearest to a day, in the same month. */
function nearestWeekday(date: Date, day: number): number {
  const wanted = Math.min(day, daysInMonth(date));
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), wanted)).getUTCDay();
  if (weekday === 6) return wanted === 1 ? 3 : wanted - 1;
  if (weekday === 0) return wanted === daysInMonth(date) ? wanted - 2 : wanted + 1;
  return wanted;
}
