// One task with its one container, as a child process.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A task definition as far as one machine needs it: one essential container that is a Node entry file. */
export interface TaskDefinition {
  family: string;
  containerName: string;
  /** A path or file URL. */
  entryPoint: string | URL;
  /** Arguments of the entry point; an override replaces them. */
  command?: readonly string[];
  nodeArguments?: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** SIGTERM to SIGKILL: 30 s by default, 120 s at most (ECS, "stopTimeout"). */
  stopTimeoutMs?: number;
}

/** What RunTask or a service asked for. */
export interface TaskRequest {
  definition: TaskDefinition;
  environment: Record<string, string>;
  command: readonly string[];
  overrides?: unknown;
  group: string;
  startedBy?: string;
  tags?: unknown;
}

export type StopCode = 'UserInitiated' | 'ServiceSchedulerInitiated' | 'EssentialContainerExited';

/** A line that a container wrote, which CloudWatch Logs would get. */
export interface ContainerLine {
  taskId: string;
  family: string;
  stream: 'stdout' | 'stderr';
  text: string;
}

export interface TaskEnded {
  at: number;
  exitCode: number;
  stopCode: StopCode;
  reason: string;
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGTERM: 15,
};

export class Task {
  readonly id = randomBytes(16).toString('hex');
  readonly request: TaskRequest;
  readonly createdAt = Date.now();
  /** Scale-in protection, until this time. */
  protectedUntil = 0;
  ended: TaskEnded | undefined;
  readonly exited: Promise<TaskEnded>;
  readonly #child: ChildProcess;
  #stop: { code: StopCode; reason: string } | undefined;

  /** Starts the process; `environment` is the whole environment it gets besides the request's own. */
  constructor(
    request: TaskRequest,
    environment: (taskId: string) => Record<string, string>,
    onLine: (line: ContainerLine) => void,
  ) {
    this.request = request;
    const { definition } = request;
    const preload = new URL('./container-preload.ts', import.meta.url);
    preload.searchParams.set('stopTimeoutMs', String(this.#stopTimeoutMs));
    const entryPoint =
      definition.entryPoint instanceof URL ? fileURLToPath(definition.entryPoint) : definition.entryPoint;
    const argv = ['--import', preload.href, ...(definition.nodeArguments ?? []), entryPoint, ...request.command];
    this.#child = spawn(process.execPath, argv, {
      env: { ...environment(this.id), ...definition.environment, ...request.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Its own process group: Ctrl-C stays with the parent, and killing the container kills what it started.
      detached: process.platform !== 'win32',
    });
    for (const stream of ['stdout', 'stderr'] as const) {
      const input = this.#child[stream];
      if (input)
        createInterface({ input }).on('line', (text) =>
          onLine({ taskId: this.id, family: definition.family, stream, text }),
        );
    }
    this.exited = this.#watch();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get lastStatus(): 'RUNNING' | 'DEACTIVATING' | 'STOPPED' {
    if (this.ended) return 'STOPPED';
    return this.#stop ? 'DEACTIVATING' : 'RUNNING';
  }

  get desiredStatus(): 'RUNNING' | 'STOPPED' {
    return this.ended || this.#stop ? 'STOPPED' : 'RUNNING';
  }

  /** SIGTERM now, SIGKILL when the stop time-out is over; resolves when the container has gone. */
  async stop(code: StopCode, reason: string): Promise<void> {
    if (this.ended) return;
    if (!this.#stop) {
      this.#stop = { code, reason };
      this.#child.kill('SIGTERM');
      const timer = setTimeout(() => this.kill('SIGKILL'), this.#stopTimeoutMs);
      void this.exited.then(() => clearTimeout(timer));
    }
    await this.exited;
  }

  /** Sends a signal, as a fault would; SIGKILL reaches everything in the container. */
  kill(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL') this.#killGroup();
    else this.#child.kill(signal);
  }

  get #stopTimeoutMs(): number {
    return Math.min(this.request.definition.stopTimeoutMs ?? 30_000, 120_000);
  }

  async #watch(): Promise<TaskEnded> {
    const [code, signal] = await once(this.#child, 'exit').catch((error: Error): [number, null] => {
      this.#stop ??= { code: 'EssentialContainerExited', reason: `CannotStartContainerError: ${error.message}` };
      return [127, null];
    });
    // The end of its first process is the end of a container.
    this.#killGroup();
    const stop = this.#stop ?? {
      code: 'EssentialContainerExited' as const,
      reason: 'Essential container in task exited',
    };
    const exitCode = typeof code === 'number' ? code : 128 + (signalNumbers[signal as NodeJS.Signals] ?? 0);
    this.ended = { at: Date.now(), exitCode, stopCode: stop.code, reason: stop.reason };
    return this.ended;
  }

  #killGroup(): void {
    const { pid } = this.#child;
    try {
      if (pid !== undefined && process.platform !== 'win32') process.kill(-pid, 'SIGKILL');
      else this.#child.kill('SIGKILL');
    } catch {
      // ESRCH: nothing of it is left.
    }
  }
}
