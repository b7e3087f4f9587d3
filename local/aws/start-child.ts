// The parent's side of a stand-in that runs in its own process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Child {
  url: string;
  pid: number;
  /** Resolves with the exit code, or the signal that ended it. */
  exited: Promise<number | NodeJS.Signals>;
  /** SIGTERM, and SIGKILL when that takes too long. */
  stop(): Promise<void>;
  /** For fault tests. */
  kill(signal: NodeJS.Signals): void;
  /** Writes a line to its stdin. */
  tell(line: string): void;
}

export interface ChildOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  stopTimeoutMs?: number;
  /** Told of each line on stderr. */
  onLine?(line: string): void;
}

/** Starts an entry file with a JSON argument and waits for its `ready` line. Rejects with what it said when it exits before. */
export async function startChild(entry: URL, argument: unknown, options: ChildOptions = {}): Promise<Child> {
  const child = spawn(process.execPath, [fileURLToPath(entry), JSON.stringify(argument)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: options.env ?? process.env,
    cwd: options.cwd,
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (said.length > 20) said.shift();
    options.onLine?.(line);
  });
  // An ended child is told by `exited`; writing to it is nobody's business.
  child.stdin.on('error', () => {});
  const exited = once(child, 'close').then(([code, signal]): number | NodeJS.Signals => code ?? signal);
  const url = await Promise.race([readyLine(child), exited.then(() => undefined)]);
  if (url === undefined)
    throw new Error(said.join('\n') || `${entry.pathname.split('/').at(-1)} ended before it was ready`);
  return {
    url,
    pid: child.pid ?? -1,
    exited,
    kill: (signal) => void child.kill(signal),
    tell: (line) => void child.stdin.write(`${line}\n`),
    stop: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), options.stopTimeoutMs ?? 5_000);
      await exited;
      clearTimeout(timer);
    },
  };
}

function readyLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(line.slice('ready '.length));
    });
  });
}
