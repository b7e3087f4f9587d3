import { SignJWT } from 'jose';
import { effectiveRole } from '#core/domain/access.ts';
import type { Actor } from '#core/domain/principal.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { AccessMinter, DataAccess } from '#core/ports/identity.ts';
import { audience, issuerOf } from './token-verifier.ts';

/** How long a minted token is good for: longer than any request, far shorter than a login. */
const lifetimeSeconds = 900;

/**
 * Mints tokens that Postgres takes for the user's own, so that row level security always applies. They are marked as the
 * platform's, and the verifier lets nobody in with one.
 */
export function createSupabaseAccessMinter(
  project: { url: string; jwtSecret: string },
  now: Clock,
): AccessMinter & {
  /** As the platform itself, for one purpose that a function of the database knows. It is nobody's row to read. */
  forSystem(purpose: 'api_keys' | 'vault_rotation' | 'purges' | 'mails' | 'project_move'): Promise<DataAccess>;
} {
  const secret = new TextEncoder().encode(project.jwtSecret);

  async function mint(claims: Record<string, unknown>, subject?: string): Promise<DataAccess> {
    const issuedAt = Math.floor(now() / 1000);
    const token = new SignJWT({ role: 'authenticated', troupe_access: 'platform', ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(issuerOf(project.url))
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds);
    if (subject !== undefined) token.setSubject(subject);
    return { token: await token.sign(secret) };
  }

  return {
    forUser: (user) => mint({ is_anonymous: user.isAnonymous, ...confinement(user) }, user.userId),
    forThread: (user, threadId) =>
      mint({ is_anonymous: user.isAnonymous, ...confinement(user), troupe_thread_id: threadId }, user.userId),
    forSystem: (purpose) => mint({ is_anonymous: false, troupe_system: purpose }),
  };
}

/** How far an API key reaches, for row level security: see private.my_workspaces. */
function confinement(user: Actor): Record<string, string> {
  if (user.kind !== 'service') return {};
  return {
    troupe_workspace_id: user.workspaceId,
    troupe_api_key_id: user.apiKeyId,
    troupe_max_role: effectiveRole('owner', user),
  };
}
