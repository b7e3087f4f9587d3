// A service: keeps the desired number of tasks running.
import type { Task } from './ecs-task.ts';

export interface EcsService {
  name: string;
  /** The family. */
  taskDefinition: string;
  desiredCount: number;
}

/** How long to wait before a task that died is replaced, by how often that has happened in a row. */
export const restartDelaysMs: readonly number[] = [250, 1_000, 2_000, 5_000, 15_000, 30_000];

/** A task that lasted this long did not fail to start. */
const healthyAfterMs = 30_000;

/** What is to be done for a service now: start this many tasks, stop these. */
export interface Reconciliation<Each> {
  start: number;
  stop: Each[];
}

/** Decides purely. Tasks with scale-in protection are left alone, and the newest go first. */
export function reconcile<Each extends Pick<Task, 'createdAt' | 'protectedUntil'>>(
  desiredCount: number,
  running: readonly Each[],
  now: number,
): Reconciliation<Each> {
  const missing = desiredCount - running.length;
  if (missing >= 0) return { start: missing, stop: [] };
  const unprotected = running.filter((task) => task.protectedUntil <= now);
  return { start: 0, stop: unprotected.toSorted((a, b) => b.createdAt - a.createdAt).slice(0, -missing) };
}

/** Runs one service. */
export class ServiceScheduler {
  readonly #service: EcsService;
  readonly #startTask: () => Task;
  readonly #delaysMs: readonly number[];
  readonly #tasks = new Set<Task>();
  #failures = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(service: EcsService, startTask: () => Task, delaysMs: readonly number[]) {
    this.#service = { ...service };
    this.#startTask = startTask;
    this.#delaysMs = delaysMs;
  }

  /** Changes the desired count, or with the same one looks after the tasks. Resolves when tasks that had to go have gone. */
  async scale(desiredCount = this.#service.desiredCount): Promise<void> {
    this.#service.desiredCount = desiredCount;
    clearTimeout(this.#restart);
    const running = [...this.#tasks].filter((task) => task.desiredStatus === 'RUNNING');
    const { start, stop } = reconcile(desiredCount, running, Date.now());
    for (let started = 0; started < start; started += 1) this.#start();
    const reason = `Scaling activity initiated by (deployment ${this.#service.name})`;
    await Promise.all(stop.map((task) => task.stop('ServiceSchedulerInitiated', reason)));
  }

  /** Starts nothing more and stops every task, protected or not. */
  async close(): Promise<void> {
    this.#service.desiredCount = 0;
    clearTimeout(this.#restart);
    const reason = 'Service was deleted';
    await Promise.all([...this.#tasks].map((task) => task.stop('ServiceSchedulerInitiated', reason)));
  }

  #start(): void {
    const task = this.#startTask();
    this.#tasks.add(task);
    void task.exited.then((ended) => {
      this.#tasks.delete(task);
      if (ended.stopCode === 'ServiceSchedulerInitiated') return;
      this.#failures = ended.at - task.createdAt < healthyAfterMs ? this.#failures + 1 : 0;
      const delayMs = this.#delaysMs[Math.min(Math.max(this.#failures - 1, 0), this.#delaysMs.length - 1)] ?? 0;
      clearTimeout(this.#restart);
      this.#restart = setTimeout(() => void this.scale(), delayMs);
    });
  }
}
