import { apiKeyPrefix } from '../domain/api-key.ts';
import type { PersonPrincipal, Principal } from '../domain/principal.ts';
import { PlatformError } from '../errors.ts';
import type { ApiKeyVerifier } from '../ports/api-key-store.ts';
import type { TokenVerifier } from '../ports/identity.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { ApiKeyScope } from '../protocol/workspace.ts';

/** What it takes to know who calls. */
export interface AuthenticateDeps {
  readonly verifier: TokenVerifier;
  readonly apiKeyVerifier: ApiKeyVerifier;
  readonly sessions: SessionStore;
}

/** Who an access token or an API key belongs to. Errors: `token_expired`, `unauthenticated`. */
export async function authenticate(deps: AuthenticateDeps, proof: string): Promise<Principal> {
  if (proof.startsWith(apiKeyPrefix)) return deps.apiKeyVerifier.verify(proof);
  return authenticatePerson(deps, proof);
}

/** As `authenticate`, for a proof that is an access token. */
export async function authenticatePerson(deps: AuthenticateDeps, token: string): Promise<PersonPrincipal> {
  const person = await deps.verifier.verify(token);
  await assertSessionStands(deps, person);
  return person;
}

/**
 * Refuses what was given out before its person signed out everywhere. A token says only the second in which it was given out,
 * so one of a new session of that very second is refused too; `token_expired` lets its client get another and try again, which a session
 * that was ended cannot. Errors: `token_expired`.
 */
export async function assertSessionStands(
  { sessions }: Pick<AuthenticateDeps, 'sessions'>,
  principal: Principal,
): Promise<void> {
  if (principal.kind === 'service') return;
  const revokedBeforeMs = await sessions.revokedBefore(principal.userId);
  if (revokedBeforeMs === null || principal.issuedAtMs >= revokedBeforeMs) return;
  throw new PlatformError('token_expired', 'This session was ended. Sign in again.');
}

/** Errors: `forbidden` for an API key without the scope. People need none. */
export function assertScope(caller: Principal, scope: ApiKeyScope): void {
  if (caller.kind === 'person' || caller.scopes.includes(scope)) return;
  throw new PlatformError('forbidden', `This API key does not have the scope "${scope}".`);
}
