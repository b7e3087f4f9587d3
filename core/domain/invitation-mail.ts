import type { InvitationMail } from '../ports/mail-list.ts';
import type { Mail } from '../ports/mailer.ts';

const roles: Record<InvitationMail['role'], string> = { member: 'as a member', admin: 'as an admin' };

/** One line of what people have written: nobody writes lines of ours into a mail, nor a header. */
const line = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();

/**
 * The mail of an invitation. It holds no secret: `webUrl` leads to the account, whose address is the proof, and a mail that is
 * passed on invites nobody else.
 */
export function invitationMail(invitation: InvitationMail, webUrl: string): Mail {
  const workspace = line(invitation.workspaceName);
  const inviter = invitation.inviterName === null ? 'Somebody' : line(invitation.inviterName);
  return {
    to: invitation.email,
    subject: `Invitation to ${workspace}`,
    text: [
      `${inviter} invites you to the workspace "${workspace}" ${roles[invitation.role]}.`,
      '',
      `Sign in, or make an account, with this address (${line(invitation.email)}), and accept it there:`,
      `${webUrl.replace(/\/+$/, '')}/account`,
      '',
      `The invitation is open until ${invitation.expiresAt.slice(0, 10)}. If you do not know what this is, do nothing.`,
      '',
    ].join('\n'),
  };
}
