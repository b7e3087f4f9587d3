import { resolveSecrets } from '#adapters/aws/secrets.ts';
import { createSesClient, createSesMailer } from '#adapters/aws/ses-mailer.ts';
import { createPlatform } from '#adapters/platform.ts';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { parseEnv, SweepEnv } from '#core/env.ts';
import { observeInvocations } from '../middleware/observe.ts';
import { createSweepHandler } from './handler.ts';

const env = parseEnv(SweepEnv, await resolveSecrets(process.env));
const logger = createJsonLogger({ service: 'sweep', stage: env.STAGE });
const platform = createPlatform(env, logger);

const sendsMail = env.MAIL_FROM !== undefined && env.WEB_URL !== undefined;
const mailer = sendsMail ? createSesMailer({ client: createSesClient(), from: env.MAIL_FROM ?? '' }) : null;

/** The Lambda that a schedule calls every minute. */
export const handler = observeInvocations(
  platform,
  'sweep',
  createSweepHandler({ ...platform, mailer, webUrl: env.WEB_URL ?? '' }),
);
