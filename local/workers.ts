import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEcs, type Ecs } from './aws/ecs.ts';
import { compileCache } from './compile-cache.ts';
import type { StackOptions } from './stack.ts';

type WorkerOptions = Pick<
  StackOptions,
  'workerEnv' | 'workers' | 'workerEntry' | 'workerRestartDelaysMs' | 'leaseSeconds'
>;

/** The agent workers, as a service of the stand-in for ECS. */
export async function startWorkers(
  { workerEnv = {}, workers = 1, workerEntry, workerRestartDelaysMs, leaseSeconds }: WorkerOptions,
  port: number,
  logs: string,
  env: Record<string, string>,
): Promise<Ecs> {
  const environment = {
    POLL_SECONDS: '1',
    STOP_TIMEOUT_SECONDS: '3',
    ...(leaseSeconds && { LEASE_SECONDS: String(leaseSeconds) }),
    ...compileCache,
    ...env,
    ...workerEnv,
  };
  return createEcs({
    port,
    taskDefinitions: [
      {
        family: 'agent',
        containerName: 'agent',
        entryPoint: workerEntry ?? new URL('../containers/agent/main.ts', import.meta.url),
        environment,
        stopTimeoutMs: 10_000,
      },
    ],
    services: [{ name: 'agent', taskDefinition: 'agent', desiredCount: workers }],
    ...(workerRestartDelaysMs && { restartDelaysMs: workerRestartDelaysMs }),
    onLine: ({ text }) => appendFileSync(join(logs, 'agent.log'), `${text}\n`),
  });
}
