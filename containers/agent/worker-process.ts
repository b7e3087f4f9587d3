import type { WorkerEnv } from '#core/env.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { Publisher } from '#core/use-cases/publisher.ts';
import type { Worker } from './worker.ts';

interface Options {
  readonly worker: Worker;
  readonly publisher: Pick<Publisher, 'counts'>;
  readonly env: WorkerEnv;
  readonly logger: Logger & { measure(values: Record<string, number>, message: string): void };
}

/** Lets a worker work until its process is told to stop. */
export async function runWorkerProcess({ worker, publisher, env, logger }: Options): Promise<void> {
  // ECS asks a task to stop with SIGTERM, and kills it after its stop time-out. Asking twice changes nothing.
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      logger.info({ signal, liveRuns: worker.liveRuns }, 'stopping');
      void worker.stop(env.STOP_TIMEOUT_SECONDS * 1000);
    });
  }

  // Once a minute, zeros too, so that the alarm on push failures has data.
  let countedFailures = 0;
  setInterval(() => {
    const { failed } = publisher.counts;
    logger.measure({ PushFailures: failed - countedFailures, LiveRuns: worker.liveRuns }, 'at work');
    countedFailures = failed;
  }, 60_000).unref();

  logger.info({ maxRuns: env.MAX_RUNS, defaultModel: env.DEFAULT_MODEL }, 'ready');
  await worker.run();
  logger.info({}, 'stopped');
}
