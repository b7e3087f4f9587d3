import { setTimeout as delay } from 'node:timers/promises';
import { defaultRetryPolicy } from '#adapters/models/model-retry.ts';
import { createOpenAiAgentRunner } from '#adapters/models/openai-agent-runner.ts';
import type { EngineDeps } from '#adapters/models/run-engine.ts';
import { createWorkerModels } from '#adapters/models/worker-models.ts';
import { createPlatform, type Platform } from '#adapters/platform.ts';
import { logIds } from '#core/domain/log-ids.ts';
import type { WorkerEnv } from '#core/env.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { Tool } from '#core/ports/tool.ts';
import { askUser, switchTheme } from './tools/client-tools.ts';
import { createCurrentTime } from './tools/current-time.ts';
import { createLoadSkill } from './tools/load-skill.ts';
import { createMemoryTools } from './tools/memory-tools.ts';
import { createWorker, type Worker } from './worker.ts';

/** What a worker of a test has beside, or instead of, the parts of a real one. A real one is given nothing. */
export interface WorkerExtras {
  readonly tools?: readonly Tool[];
  readonly findModel?: EngineDeps['findModel'];
  /** Puts something between the worker and its stores. */
  readonly between?: (platform: Platform) => Platform;
}

/** Puts a worker together from its process's environment. */
export function composeWorker(
  env: WorkerEnv,
  logger: Logger,
  { tools: more = [], findModel, between = (platform) => platform }: WorkerExtras = {},
): { worker: Worker; platform: Platform } {
  const platform = between(createPlatform(env, logger, { rememberMs: 1_000, wait: (ms) => delay(ms) }));
  const { now, skills, memories, minter, blobs, spend } = platform;
  const tools = [
    createCurrentTime(now),
    switchTheme,
    askUser,
    createLoadSkill(skills),
    ...createMemoryTools({ memories, minter }),
    ...more,
  ];
  const runner = createOpenAiAgentRunner({
    findModel: findModel ?? createWorkerModels(env, logger),
    tools,
    blobs,
    spend,
    retry: { ...defaultRetryPolicy, mostTries: env.MODEL_TRIES },
    now,
    random: Math.random,
    wait: (ms, signal) => delay(ms, undefined, { signal }),
    tracer: platform.tracer,
    logger,
    metrics: platform.metrics,
    onError: (error, context) => logger.warn({ ...logIds(context), error }, 'a model call failed'),
  });
  const worker = createWorker({
    ...platform,
    owner: platform.processId,
    maxRuns: env.MAX_RUNS,
    waitSeconds: env.POLL_SECONDS,
    leaseMs: env.LEASE_SECONDS * 1000,
    defaultModel: env.DEFAULT_MODEL,
    runner,
    tools,
    every: (ms, callback) => {
      const timer = setInterval(callback, ms);
      return () => clearInterval(timer);
    },
  });
  return { worker, platform };
}
