import { resolveSecrets } from '#adapters/aws/secrets.ts';
import { createCredentialParts } from '#adapters/credentials.ts';
import { createProviderProber } from '#adapters/models/provider-prober.ts';
import { createPlatform } from '#adapters/platform.ts';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { HttpApiEnv, parseEnv } from '#core/env.ts';
import { sessionCookieOf } from '../middleware/authenticate.ts';
import { observeInvocations, ofRequest } from '../middleware/observe.ts';
import { createHandlers } from './handlers.ts';
import { createRouter } from './router.ts';

const env = parseEnv(HttpApiEnv, await resolveSecrets(process.env));
const logger = createJsonLogger({ service: 'api', stage: env.STAGE });
const platform = createPlatform(env, logger);

const keys = {
  ...createCredentialParts(env),
  prober: createProviderProber({ allowPrivateServers: env.ALLOW_PRIVATE_MODEL_SERVERS }),
  allowPrivateServers: env.ALLOW_PRIVATE_MODEL_SERVERS,
  platformProviders: env.PLATFORM_PROVIDERS,
  sendsMail: env.MAIL_FROM !== undefined && env.WEB_URL !== undefined,
};

const door = {
  ...platform,
  sessionCookie: sessionCookieOf(env.SUPABASE_URL),
  webOrigins: env.WEB_ORIGINS,
};

const router = createRouter(
  { door, limits: platform.limits, logger, flush: platform.publisher.flush },
  createHandlers({ ...platform, ...keys }),
);

/** The Lambda behind the HTTP API. */
export const handler = observeInvocations(platform, 'api', router, ofRequest);
