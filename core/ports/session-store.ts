import type { UserId } from '../protocol/ids.ts';
import type { DataAccess } from './identity.ts';

/**
 * Which tokens are no good any more although they have not run out. Kept for a day: no access token lives longer.
 * Errors: `unavailable`.
 */
export interface SessionStore {
  /** From now on, what was given out to the user before `beforeMs` counts for nothing. Never moves back. */
  revoke(userId: UserId, beforeMs: number): Promise<void>;
  /** Null when nothing was revoked. */
  revokedBefore(userId: UserId): Promise<number | null>;
}

/** Where people sign in. Errors: `unavailable`. */
export interface IdentityProvider {
  /** Ends every session of the user, so that none can be refreshed. Again is no error. */
  signOutEverywhere(access: DataAccess): Promise<void>;
}
