import type { Actor, PersonPrincipal } from '../domain/principal.ts';
import type { ThreadId } from '../protocol/ids.ts';

/** Tells who a token belongs to. Errors: `token_expired`, `unauthenticated` for anything else that is wrong with it. */
export interface TokenVerifier {
  verify(token: string): Promise<PersonPrincipal>;
}

/** A right to read and write data as a user, for a short while. Opaque to core; adapters turn it into a token. */
export interface DataAccess {
  readonly token: string;
}

/** Mints the short-lived tokens under which the platform itself acts for a user, so that row level security always applies. */
export interface AccessMinter {
  /** As the user, in everything that the user may do; for an API key, as far as the key reaches. */
  forUser(user: Actor): Promise<DataAccess>;
  /** As the user, with the right to write the projection of this one thread. */
  forThread(user: Actor, threadId: ThreadId): Promise<DataAccess>;
}
