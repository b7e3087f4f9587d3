import type { WorkerEnv } from '#core/env.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { Metrics } from '#core/ports/metrics.ts';
import type { Worker } from './worker.ts';

interface Options {
  readonly worker: Worker;
  readonly metrics: Metrics;
  readonly env: WorkerEnv;
  readonly logger: Logger;
}

/** Lets a worker work until its process is told to stop. */
export async function runWorkerProcess({ worker, metrics, env, logger }: Options): Promise<void> {
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

  setInterval(() => {
    metrics.record('LiveRuns', worker.liveRuns);
    metrics.flush();
  }, 60_000).unref();

  logger.info({ maxRuns: env.MAX_RUNS, defaultModel: env.DEFAULT_MODEL }, 'ready');
  await worker.run();
  metrics.flush();
  logger.info({}, 'stopped');
}
