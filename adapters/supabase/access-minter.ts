import { SignJWT } from 'jose';
import type { Clock } from '#core/ports/clock.ts';
import type { AccessMinter, DataAccess } from '#core/ports/identity.ts';
import type { UserId } from '#core/protocol/ids.ts';
import { audience, issuerOf } from './token-verifier.ts';

/** How long a minted token is good for: longer than any request, far shorter than a login. */
const lifetimeSeconds = 900;

/**
 * Mints tokens that Postgres takes for the user's own, so that row level security always applies. They are marked as the
 * platform's, and the verifier lets nobody in with one.
 */
export function createSupabaseAccessMinter(project: { url: string; jwtSecret: string }, now: Clock): AccessMinter {
  const secret = new TextEncoder().encode(project.jwtSecret);

  async function mint(
    user: { userId: UserId; isAnonymous: boolean },
    claims: Record<string, string>,
  ): Promise<DataAccess> {
    const issuedAt = Math.floor(now() / 1000);
    const token = await new SignJWT({
      role: 'authenticated',
      is_anonymous: user.isAnonymous,
      troupe_access: 'platform',
      ...claims,
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(user.userId)
      .setIssuer(issuerOf(project.url))
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds)
      .sign(secret);
    return { token };
  }

  return {
    forUser: (user) => mint(user, {}),
    forThread: (user, threadId) => mint(user, { troupe_thread_id: threadId }),
  };
}
