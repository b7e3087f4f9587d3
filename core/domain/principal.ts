import * as z from 'zod';
import { ApiKeyId, UserId, WorkspaceId } from '../protocol/ids.ts';
import { ApiKeyScope } from '../protocol/workspace.ts';

/** A person, by a token of Supabase Auth; also one who has given no address yet (`isAnonymous`). */
export const PersonPrincipal = z.object({
  kind: z.literal('person').default('person'),
  userId: UserId,
  isAnonymous: z.boolean(),
  email: z.string().nullable(),
  /** When the proof of it was given out, and when it runs out, in milliseconds since 1970. */
  issuedAtMs: z.number().default(0),
  expiresAtMs: z.number(),
});
export type PersonPrincipal = z.infer<typeof PersonPrincipal>;

/**
 * Software, by an API key of a workspace. It acts as `userId`, the member who made the key: what it writes is theirs, and it
 * ends when they leave. It reaches that workspace only, and `scopes` say how far.
 */
export const ServicePrincipal = z.object({
  kind: z.literal('service'),
  userId: UserId,
  isAnonymous: z.literal(false),
  email: z.null(),
  issuedAtMs: z.number(),
  expiresAtMs: z.number(),
  workspaceId: WorkspaceId,
  apiKeyId: ApiKeyId,
  scopes: z.array(ApiKeyScope),
});
export type ServicePrincipal = z.infer<typeof ServicePrincipal>;

/** Who calls. */
export const Principal = z.union([ServicePrincipal, PersonPrincipal]);
export type Principal = z.infer<typeof Principal>;

/** Whose data is touched: a principal, or a user for whom the platform goes on after the principal has left. */
export type Actor = ServicePrincipal | (Pick<PersonPrincipal, 'userId' | 'isAnonymous'> & { readonly kind?: 'person' });
