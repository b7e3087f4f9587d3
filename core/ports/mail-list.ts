import * as z from 'zod';
import { InvitationId, Timestamp } from '../protocol/ids.ts';
import { InvitedRole } from '../protocol/workspace.ts';

/** What the mail of an invitation tells. */
export const InvitationMail = z.object({
  id: InvitationId,
  email: z.string(),
  role: InvitedRole,
  workspaceName: z.string(),
  inviterName: z.string().nullable(),
  expiresAt: Timestamp,
});
export type InvitationMail = z.infer<typeof InvitationMail>;

/**
 * The mails that are to be sent: noted with the invitations themselves. For the platform itself. Errors: `unavailable`.
 */
export interface MailList {
  /** Takes up to `limit` that are due: of several callers one has each. One of which nothing is heard is due again, later each time. */
  claim(limit: number): Promise<InvitationMail[]>;
  done(id: InvitationMail['id'], outcome: 'sent' | 'failed'): Promise<void>;
}
