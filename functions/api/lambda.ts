import { resolveSecrets } from '#adapters/aws/secrets.ts';
import { createPlatform } from '#adapters/platform.ts';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { ApiEnv, parseEnv } from '#core/env.ts';
import { ofRequest, traceInvocations } from '../middleware/tracing.ts';
import { createHandlers } from './handlers.ts';
import { createRouter } from './router.ts';

const env = parseEnv(ApiEnv, await resolveSecrets(process.env));
const logger = createJsonLogger({ service: 'api', stage: env.STAGE });
const platform = createPlatform(env, logger);

const router = createRouter(
  { verifier: platform.verifier, logger, flush: platform.publisher.flush },
  createHandlers(platform),
);

/** The Lambda behind the HTTP API. */
export const handler = traceInvocations(platform.tracer, 'api', router, ofRequest);
