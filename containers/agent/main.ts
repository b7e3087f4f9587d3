import { setTimeout as delay } from 'node:timers/promises';
import { resolveSecrets } from '#adapters/aws/secrets.ts';
import { createFindModel } from '#adapters/models/models.ts';
import { createOpenAiAgentRunner } from '#adapters/models/openai-agent-runner.ts';
import { createPlatform } from '#adapters/platform.ts';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { parseEnv, WorkerEnv } from '#core/env.ts';
import { createCurrentTime } from './tools/current-time.ts';
import { createWorker } from './worker.ts';

const env = parseEnv(WorkerEnv, await resolveSecrets(process.env));
const logger = createJsonLogger({ service: 'agent', stage: env.STAGE });
const platform = createPlatform(env, logger, { rememberMs: 1_000, wait: (ms) => delay(ms) });

const worker = createWorker({
  ...platform,
  owner: platform.processId,
  maxRuns: env.MAX_RUNS,
  waitSeconds: env.POLL_SECONDS,
  defaultModel: env.DEFAULT_MODEL,
  runner: createOpenAiAgentRunner({
    findModel: createFindModel({
      openaiApiKey: env.OPENAI_API_KEY,
      openaiBaseUrl: env.OPENAI_BASE_URL,
      ollamaBaseUrl: env.OLLAMA_BASE_URL,
      demoTokensPerSecond: env.DEMO_TOKENS_PER_SECOND,
    }),
    tools: [createCurrentTime(platform.now)],
    onError: (error) => logger.warn({ error }, 'a model call failed'),
  }),
  every: (ms, callback) => {
    const timer = setInterval(callback, ms);
    return () => clearInterval(timer);
  },
});

/** ECS asks a task to stop with SIGTERM, and kills it after its stop time-out. Asking twice changes nothing. */
let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal, liveRuns: worker.liveRuns }, 'stopping');
    void worker.stop(env.STOP_TIMEOUT_SECONDS * 1000);
  });
}

/** Once a minute, zeros too, so that the alarm on push failures has data. */
let countedFailures = 0;
setInterval(() => {
  const { failed } = platform.publisher.counts;
  logger.measure({ PushFailures: failed - countedFailures, LiveRuns: worker.liveRuns }, 'at work');
  countedFailures = failed;
}, 60_000).unref();

logger.info({ worker: platform.processId, maxRuns: env.MAX_RUNS, defaultModel: env.DEFAULT_MODEL }, 'ready');
await worker.run();
logger.info({}, 'stopped');
process.exit(0);
