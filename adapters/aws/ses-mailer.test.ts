import { SESv2Client } from '@aws-sdk/client-sesv2';
import { afterEach, expect, it } from 'vitest';
import { startMailbox } from '#local/mailbox.ts';
import { createSesMailer } from './ses-mailer.ts';

let mailbox: Awaited<ReturnType<typeof startMailbox>>;
afterEach(() => mailbox.stop());

async function createMailer() {
  mailbox = await startMailbox({ port: 0 });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SESv2Client({ region: 'us-east-1', endpoint: mailbox.url, credentials, maxAttempts: 1 });
  return createSesMailer({ client, from: 'Troupe <troupe@example.com>' });
}
const mail = { to: 'ben@example.com', subject: 'Grüße', text: 'Hello\n' };

it('sends a mail as SES takes it', async () => {
  const mailer = await createMailer();

  const outcome = await mailer.send(mail);

  expect(outcome).toBe('sent');
  expect(mailbox.mails()).toMatchObject([{ ...mail, from: 'Troupe <troupe@example.com>' }]);
  expect(await (await fetch(mailbox.url)).text()).toContain('Grüße');
});

it('tells what is refused for good from what may pass', async () => {
  const mailer = await createMailer();

  expect(await mailer.send({ ...mail, to: 'nobody' })).toBe('refused');
  mailbox.fail(503);
  await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'unavailable' });
  expect(mailbox.mails()).toEqual([]);
});
