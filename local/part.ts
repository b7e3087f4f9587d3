import { type Child, type ChildOptions, startChild } from './aws/start-child.ts';

/** A part of the stack, in a process of its own that can be replaced by another at the same address. */
export interface Part extends Child {
  /** For fault tests: ends the process with SIGKILL. */
  crash(): Promise<void>;
  /** Starts it again after a crash, with what it had kept on disk. */
  restart(): Promise<void>;
}

export interface PartSettings {
  readonly entry: URL;
  /** 0: any free one. */
  readonly port: number;
  /** What its process is started with, once the port is known. */
  readonly setup: (port: number) => { argument: unknown; env: Record<string, string> };
  readonly options: Omit<ChildOptions, 'env'>;
  /** Told when it has ended without having been asked to. */
  readonly onEnded: (how: number | NodeJS.Signals) => void;
}

export async function startPart({ entry, port, setup, options, onEnded }: PartSettings): Promise<Part> {
  let expected = false;
  const start = async (on: number): Promise<Child> => {
    const { argument, env } = setup(on);
    const started = await startChild(entry, argument, { ...options, env });
    expected = false;
    void started.exited.then((how) => {
      if (!expected) onEnded(how);
    });
    return started;
  };
  let child = await start(port);
  const { url } = child;
  return {
    url,
    get pid() {
      return child.pid;
    },
    get exited() {
      return child.exited;
    },
    kill: (signal) => child.kill(signal),
    tell: (line) => child.tell(line),
    async stop() {
      expected = true;
      await child.stop();
    },
    async crash() {
      expected = true;
      child.kill('SIGKILL');
      await child.exited;
    },
    async restart() {
      child = await start(Number(new URL(url).port));
    },
  };
}
