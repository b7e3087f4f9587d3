import { resolveSecrets } from '#adapters/aws/secrets.ts';
import { createPlatform } from '#adapters/platform.ts';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { ApiEnv, parseEnv } from '#core/env.ts';
import { createSocketHandler } from './handler.ts';

const env = parseEnv(ApiEnv, await resolveSecrets(process.env));
const logger = createJsonLogger({ service: 'socket', stage: env.STAGE });

/** The Lambda behind the socket API. */
export const handler = createSocketHandler(createPlatform(env, logger));
