import { resolveSecrets } from '#adapters/aws/secrets.ts';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { startOtelSdk } from '#adapters/system/otel-sdk.ts';
import { parseEnv, WorkerEnv } from '#core/env.ts';
import { composeWorker } from './deps.ts';
import { runWorkerProcess } from './worker-process.ts';

const env = parseEnv(WorkerEnv, await resolveSecrets(process.env));
const logger = createJsonLogger({ service: 'agent', stage: env.STAGE });
const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
const sendTraces =
  endpoint && startOtelSdk({ service: 'agent', stage: env.STAGE, version: env.VERSION, endpoint, logger });
const { worker, platform } = composeWorker(env, logger);

await runWorkerProcess({ worker, metrics: platform.metrics, env, logger });
if (sendTraces) await sendTraces();
process.exit(0);
