import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Mailer } from '#core/ports/mailer.ts';
import { errorName, toPlatformError } from './errors.ts';

/** What SES says of a mail that it will not take the next time either (API reference of SendEmail). */
const refusals: ReadonlySet<string> = new Set(['BadRequestException', 'MessageRejected']);

/** Mail by Amazon SES. `from` must be an identity that is verified there. */
export function createSesMailer({ client, from }: { client: SESv2Client; from: string }): Mailer {
  return {
    async send({ to, subject, text }) {
      const content = (Data: string) => ({ Data, Charset: 'UTF-8' });
      const command = new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [to] },
        Content: { Simple: { Subject: content(subject), Body: { Text: content(text) } } },
      });
      try {
        await client.send(command);
        return 'sent';
      } catch (error) {
        if (refusals.has(errorName(error))) return 'refused';
        throw toPlatformError('The mail service', error);
      }
    },
  };
}

/** Patient for a few seconds only: the sweep that sends has a minute for everything. */
export const createSesClient = (): SESv2Client =>
  new SESv2Client({ maxAttempts: 2, requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000 } });
