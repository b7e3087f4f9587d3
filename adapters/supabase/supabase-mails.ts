import * as z from 'zod';
import type { DataAccess } from '#core/ports/identity.ts';
import { InvitationMail, type MailList } from '#core/ports/mail-list.ts';
import { dataOf } from './errors.ts';
import { bearer, createPostgrest, type RestProject } from './postgrest.ts';

const MailRow = InvitationMail.extend({ expiresAt: z.string().transform((text) => new Date(text).toISOString()) });

/** The mails that are noted with invitations in Postgres, read with a token that the platform mints for itself. */
export function createSupabaseMails(project: RestProject, access: () => Promise<DataAccess>): MailList {
  const client = createPostgrest(project);
  return {
    async claim(limit) {
      const answer = await client
        .rpc('claim_invitation_mails', { p_limit: limit })
        .setHeader(...bearer(await access()));
      return z.array(MailRow).parse(dataOf(answer));
    },
    async done(id, outcome) {
      const given = { p_id: id, p_outcome: outcome };
      dataOf(await client.rpc('finish_invitation_mail', given).setHeader(...bearer(await access())));
    },
  };
}
