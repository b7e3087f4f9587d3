import * as z from 'zod';
import { InvitationId } from './ids.ts';
import { Me, MeChange } from './person.ts';
import { cursor, limit, page, type Route } from './route.ts';
import { InvitationPreview, ReceivedInvitation, Workspace } from './workspace.ts';

/** What makes a link an invitation. */
const token = z.string().min(20).max(100);

/** By the token of a link, or by the id of an invitation to one's own address. */
export const InvitationAcceptance = z
  .strictObject({ token: token.optional(), invitationId: InvitationId.optional() })
  .refine((given) => (given.token === undefined) !== (given.invitationId === undefined), {
    message: 'give either token or invitationId',
    path: ['token'],
  });
export type InvitationAcceptance = z.infer<typeof InvitationAcceptance>;

/** The routes of the person who calls. */
export const identityRoutes = {
  'GET /v1/me': { access: 'person', status: 200, reply: Me },
  'PATCH /v1/me': { access: 'person', body: MeChange, status: 200, reply: Me },
  /** Ends every session of the caller, this one too: tokens that are already out are refused from now on, sockets close. */
  'POST /v1/me/sign-out-everywhere': { access: 'person', status: 204, reply: z.undefined() },
  'GET /v1/me/invitations': {
    access: 'person',
    query: z.strictObject({ cursor, limit }),
    status: 200,
    reply: page(ReceivedInvitation),
  },
  'POST /v1/invitations/lookup': {
    access: 'person',
    body: z.strictObject({ token }),
    status: 200,
    reply: InvitationPreview,
  },
  'POST /v1/invitations/accept': { access: 'person', body: InvitationAcceptance, status: 200, reply: Workspace },
} as const satisfies Record<string, Route>;
