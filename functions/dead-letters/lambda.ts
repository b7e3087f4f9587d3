import { resolveSecrets } from '#adapters/aws/secrets.ts';
import { createPlatformWithoutQueue } from '#adapters/platform.ts';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { DeadLettersEnv, parseEnv } from '#core/env.ts';
import { observeInvocations } from '../middleware/observe.ts';
import { createDeadLettersHandler } from './handler.ts';

const env = parseEnv(DeadLettersEnv, await resolveSecrets(process.env));
const logger = createJsonLogger({ service: 'dead-letters', stage: env.STAGE });
const platform = createPlatformWithoutQueue(env, logger);

/** The Lambda behind the dead-letter queue. */
export const handler = observeInvocations(platform, 'dead-letters', createDeadLettersHandler(platform));
