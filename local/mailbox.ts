import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

const Content = z.object({ Data: z.string() });
const SendEmail = z.object({
  FromEmailAddress: z.string(),
  Destination: z.object({ ToAddresses: z.tuple([z.string()]) }),
  Content: z.object({ Simple: z.object({ Subject: Content, Body: z.object({ Text: Content }) }) }),
});

export interface KeptMail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Stands in for Amazon SES: takes what would be sent, keeps it in memory, and shows it at its address. */
export interface Mailbox {
  readonly url: string;
  mails(): readonly KeptMail[];
  /** Answers the next mail with this status. */
  fail(status: number): void;
  stop(): Promise<void>;
}

export async function startMailbox({ port }: { port: number }): Promise<Mailbox> {
  const mails: KeptMail[] = [];
  let failing: number | undefined;

  async function take(request: IncomingMessage): Promise<{ status: number; body: object; type?: string }> {
    const status = failing;
    failing = undefined;
    if (status !== undefined) return { status, body: { message: 'The mailbox was told to fail.' } };
    const mail = SendEmail.parse(JSON.parse(await textOf(request)));
    const [to] = mail.Destination.ToAddresses;
    if (!to.includes('@'))
      return { status: 400, body: { message: 'Missing final @domain' }, type: 'BadRequestException' };
    const { Subject, Body } = mail.Content.Simple;
    mails.push({ from: mail.FromEmailAddress, to, subject: Subject.Data, text: Body.Text.Data });
    return { status: 200, body: { MessageId: String(mails.length) } };
  }

  const server = createServer((request, response) => {
    if (request.method === 'POST' && request.url === '/v2/email/outbound-emails') {
      take(request).then(
        ({ status, body, type }) =>
          response
            .writeHead(status, { 'content-type': 'application/json', ...(type && { 'x-amzn-errortype': type }) })
            .end(JSON.stringify(body)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
      return;
    }
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(pageOf(mails));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails: () => mails,
    fail: (status) => {
      failing = status;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Newest first. */
const pageOf = (mails: readonly KeptMail[]): string =>
  mails.length === 0
    ? 'No mail yet.\n'
    : mails
        .toReversed()
        .map(({ from, to, subject, text }) => `From: ${from}\nTo: ${to}\nSubject: ${subject}\n\n${text}`)
        .join(`\n${'-'.repeat(72)}\n\n`);

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
