import { resolveSecrets } from '#adapters/aws/secrets.ts';
import { createPlatform } from '#adapters/platform.ts';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { ApiEnv, parseEnv } from '#core/env.ts';
import { observeInvocations, ofRequest } from '../middleware/observe.ts';
import { createSocketHandler } from './handler.ts';

const env = parseEnv(ApiEnv, await resolveSecrets(process.env));
const logger = createJsonLogger({ service: 'socket', stage: env.STAGE });
const platform = createPlatform(env, logger);

/** The Lambda behind the socket API. */
export const handler = observeInvocations(platform, 'socket', createSocketHandler(platform), ofRequest);
