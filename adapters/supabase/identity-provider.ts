import { unavailable } from '#core/errors.ts';
import type { IdentityProvider } from '#core/ports/session-store.ts';
import type { RestProject } from './postgrest.ts';

/** Supabase Auth: `POST /logout?scope=global` ends all sessions of the user whose token it is given, and their refresh tokens with them. */
export function createSupabaseIdentityProvider({
  url,
  publishableKey,
  timeoutMs = 10_000,
}: RestProject): IdentityProvider {
  return {
    async signOutEverywhere({ token }) {
      const response = await fetch(`${url}/auth/v1/logout?scope=global`, {
        method: 'POST',
        headers: { apikey: publishableKey, authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(timeoutMs),
      }).catch((cause: unknown) => {
        throw unavailable('The identity provider', cause);
      });
      await response.body?.cancel();
      if (!response.ok) throw unavailable('The identity provider', new Error(`it answered ${response.status}`));
    },
  };
}
