import type { InvitationMail, MailList } from '#core/ports/mail-list.ts';
import type { Mail, Mailer } from '#core/ports/mailer.ts';

/** A list of mails and a mailer that keeps what it sends; an address without an `@` is refused. */
export function createMemoryMails(): {
  mails: MailList;
  mailer: Mailer;
  add(mail: InvitationMail): void;
  sent: Mail[];
} {
  let queued: InvitationMail[] = [];
  const sent: Mail[] = [];
  return {
    sent,
    add: (mail) => void queued.push(mail),
    mails: {
      claim: async (limit) => queued.slice(0, limit),
      async done(id) {
        queued = queued.filter((mail) => mail.id !== id);
      },
    },
    mailer: {
      async send(mail) {
        if (!mail.to.includes('@')) return 'refused';
        sent.push(mail);
        return 'sent';
      },
    },
  };
}
