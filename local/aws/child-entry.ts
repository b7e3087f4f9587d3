// The child's side of a stand-in that runs in its own process.
import { fstatSync } from 'node:fs';

/** A running stand-in. */
export interface Served {
  url: string;
  stop(): Promise<void>;
}

/**
 * Runs a stand-in with the JSON of the first argument. Prints `ready <url>` when it serves, stops on SIGTERM and when the
 * parent dies (the end of a piped stdin). Exit codes: 0 stopped, 1 failed, 2 the port is taken. Ctrl-C reaches the whole
 * process group, so SIGINT is left to the parent.
 */
export async function serveAsChild(name: string, start: (argument: unknown) => Promise<Served>): Promise<void> {
  let served: Served | undefined;
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await served?.stop();
    process.exit(0);
  };
  const onSignal = () => void stop().catch((error: unknown) => fail(name, error));
  process.on('SIGTERM', onSignal);
  if (isPiped()) {
    process.on('SIGINT', () => {});
    process.stdin.resume().on('end', onSignal).on('error', onSignal);
  }
  try {
    served = await start(JSON.parse(process.argv[2] ?? '{}'));
  } catch (error) {
    fail(name, error);
  }
  if (!stopping) process.stdout.write(`ready ${served.url}\n`);
}

function fail(name: string, error: unknown): never {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const port = error instanceof Error && 'port' in error ? ` ${error.port}` : '';
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(taken ? `${name}: port${port} is used by another program\n` : `${name}: ${reason}\n`);
  process.exit(taken ? 2 : 1);
}

function isPiped(): boolean {
  const stdin = fstatSync(0);
  return stdin.isFIFO() || stdin.isSocket();
}
