import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Processes by the name that the table gives them. */
export type Pids = Readonly<Record<string, number>>;

const clockTicksPerSecond = 100;

/** CPU seconds (user and system) that each process has used since it began. */
export function cpuSeconds(pids: Pids): Record<string, number> {
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuSecondsOf(pid)]));
}

export function difference(after: Record<string, number>, before: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
}

function cpuSecondsOf(pid: number): number {
  if (process.platform !== 'linux') return secondsOf(ps('time', pid));
  // The name of the program, in brackets, may hold spaces: count from behind it (proc_pid_stat(5): utime 14, stime 15).
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond;
}

/** The resident memory of a process. */
export function residentBytes(pid: number): number {
  if (process.platform !== 'linux') return Number(ps('rss', pid)) * 1024;
  const kB = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kB) * 1024;
}

const ps = (field: string, pid: number): string =>
  execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();

/** `[[days-]hours:]minutes:seconds`. */
function secondsOf(time: string): number {
  const [days, clock = ''] = time.includes('-') ? time.split('-') : ['0', time];
  return clock.split(':').reduce((total, part) => total * 60 + Number(part), 0) + Number(days) * 86_400;
}
