import { resolveSecrets } from '#adapters/aws/secrets.ts';
import { createPlatform } from '#adapters/platform.ts';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { parseEnv, SweepEnv } from '#core/env.ts';
import { observeInvocations } from '../middleware/observe.ts';
import { createSweepHandler } from './handler.ts';

const env = parseEnv(SweepEnv, await resolveSecrets(process.env));
const logger = createJsonLogger({ service: 'sweep', stage: env.STAGE });
const platform = createPlatform(env, logger);

/** The Lambda that a schedule calls every minute. */
export const handler = observeInvocations(platform, 'sweep', createSweepHandler(platform));
