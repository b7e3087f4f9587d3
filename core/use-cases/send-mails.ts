import { invitationMail } from '../domain/invitation-mail.ts';
import type { MailList } from '../ports/mail-list.ts';
import type { Mailer } from '../ports/mailer.ts';
import type { Deps } from './deps.ts';

export interface MailDeps extends Pick<Deps, 'logger'> {
  readonly mails: MailList;
  /** Null where the deployment sends none. Then none is noted either. */
  readonly mailer: Mailer | null;
  /** Where the web client is. */
  readonly webUrl: string;
}

/**
 * Sends the mails that are due. At least once: who dies between sending and noting it sends it again. One that cannot be sent now
 * is tried again, later each time. How many were sent, and how many could not be.
 */
export async function sendMails(deps: MailDeps, limit = 20): Promise<{ mailed: number; failed: number }> {
  const report = { mailed: 0, failed: 0 };
  const { mailer, mails, webUrl, logger } = deps;
  if (!mailer) return report;
  for (const invitation of await mails.claim(limit)) {
    try {
      const outcome = await mailer.send(invitationMail(invitation, webUrl));
      await mails.done(invitation.id, outcome === 'sent' ? 'sent' : 'failed');
      if (outcome === 'sent') report.mailed += 1;
      else logger.warn({ invitationId: invitation.id }, 'a mail was refused');
    } catch (error) {
      report.failed += 1;
      logger.error({ error, invitationId: invitation.id }, 'a mail could not be sent');
    }
  }
  return report;
}
