import { createRemoteJWKSet, customFetch, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import * as z from 'zod';
import type { PersonPrincipal } from '#core/domain/principal.ts';
import { PlatformError, unavailable } from '#core/errors.ts';
import type { TokenVerifier } from '#core/ports/identity.ts';
import { UserId } from '#core/protocol/ids.ts';

/** The claims that Supabase Auth gives every signed-in user, anonymous ones too (Supabase: "JWT claims reference"). */
const Claims = z.object({
  sub: UserId,
  role: z.literal('authenticated'),
  is_anonymous: z.boolean().default(false),
  email: z.string().optional(),
  exp: z.number(),
  /** Without it a token counts as older than any sign-out. */
  iat: z.number().default(0),
  /** Marks the platform's own tokens. They never leave it, so nobody may come in with one. */
  troupe_access: z.never().optional(),
});

export const audience = 'authenticated';

/** The issuer of a project's tokens. */
export const issuerOf = (supabaseUrl: string): string => `${supabaseUrl.replace(/\/$/, '')}/auth/v1`;

/**
 * Verifies tokens of Supabase Auth: signature, expiry, issuer and audience. Which key may verify which algorithm is fixed
 * (HS256 the shared secret; ES256 and RS256 the project's published keys), so neither `alg: none` nor a key used as
 * another kind of key gets through.
 */
export function createSupabaseTokenVerifier(project: { url: string; jwtSecret: string }): TokenVerifier {
  const issuer = issuerOf(project.url);
  const secret = new TextEncoder().encode(project.jwtSecret);
  const published = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
    [customFetch]: fetchKeys,
  });

  async function claimsOf(token: string): Promise<JWTPayload> {
    const checks = { issuer, audience, requiredClaims: ['exp', 'sub'] };
    switch (decodeProtectedHeader(token).alg) {
      case 'HS256':
        return (await jwtVerify(token, secret, { ...checks, algorithms: ['HS256'] })).payload;
      case 'ES256':
      case 'RS256':
        return (await jwtVerify(token, published, { ...checks, algorithms: ['ES256', 'RS256'] })).payload;
      default:
        throw new errors.JOSEAlgNotAllowed('the algorithm is not allowed');
    }
  }

  return {
    async verify(token): Promise<PersonPrincipal> {
      let payload: JWTPayload;
      try {
        payload = await claimsOf(token);
      } catch (error) {
        throw refusal(error);
      }
      const claims = Claims.safeParse(payload);
      if (!claims.success) throw refusal(claims.error);
      const { sub, is_anonymous, email, iat, exp } = claims.data;
      return {
        kind: 'person',
        userId: sub,
        isAnonymous: is_anonymous,
        email: email || null,
        issuedAtMs: iat * 1000,
        expiresAtMs: exp * 1000,
      };
    },
  };
}

/** A server that does not answer says nothing about the token. */
async function fetchKeys(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, options).catch((cause: unknown) => {
    throw unavailable(identityProvider, cause);
  });
  if (response.status >= 500 || response.status === 429) throw unavailable(identityProvider, response.status);
  return response;
}

const identityProvider = 'The identity provider';

function refusal(cause: unknown): PlatformError {
  if (cause instanceof PlatformError) return cause;
  if (cause instanceof errors.JWTExpired) {
    return new PlatformError('token_expired', 'The access token has run out. Refresh it and try again.', { cause });
  }
  if (cause instanceof errors.JWKSTimeout) return unavailable(identityProvider, cause);
  return new PlatformError('unauthenticated', 'The access token is not valid. Sign in again.', { cause });
}
