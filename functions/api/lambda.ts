import { resolveSecrets } from '#adapters/aws/secrets.ts';
import { createPlatform } from '#adapters/platform.ts';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { HttpApiEnv, parseEnv } from '#core/env.ts';
import { sessionCookieOf } from '../middleware/authenticate.ts';
import { ofRequest, traceInvocations } from '../middleware/tracing.ts';
import { createHandlers } from './handlers.ts';
import { createRouter } from './router.ts';

const env = parseEnv(HttpApiEnv, await resolveSecrets(process.env));
const logger = createJsonLogger({ service: 'api', stage: env.STAGE });
const platform = createPlatform(env, logger);

const door = {
  ...platform,
  sessionCookie: sessionCookieOf(env.SUPABASE_URL),
  webOrigins: env.WEB_ORIGINS,
};

const router = createRouter({ door, logger, flush: platform.publisher.flush }, createHandlers(platform));

/** The Lambda behind the HTTP API. */
export const handler = traceInvocations(platform.tracer, 'api', router, ofRequest);
