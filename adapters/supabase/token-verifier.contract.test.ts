import { SignJWT } from 'jose';
import { tokenVerifierContract } from '#core/ports/identity.contract.ts';
import { newUserId } from '#core/ports/samples.contract.ts';
import { createSupabaseTokenVerifier } from './token-verifier.ts';

const project = { url: 'https://project.supabase.co', jwtSecret: 'a-secret-of-more-than-thirty-two-characters' };

tokenVerifierContract('Supabase', async () => {
  const userId = newUserId();
  const exp = Math.floor(Date.now() / 1000) + 600;
  const sign = (expiresAt: number, secret = project.jwtSecret) =>
    new SignJWT({ role: 'authenticated', is_anonymous: true })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(userId)
      .setIssuer(`${project.url}/auth/v1`)
      .setAudience('authenticated')
      .setIssuedAt(exp - 3_600)
      .setExpirationTime(expiresAt)
      .sign(new TextEncoder().encode(secret));
  return {
    verifier: createSupabaseTokenVerifier(project),
    good: {
      token: await sign(exp),
      principal: {
        kind: 'person',
        userId,
        isAnonymous: true,
        email: null,
        issuedAtMs: (exp - 3_600) * 1000,
        expiresAtMs: exp * 1000,
      },
    },
    expired: await sign(exp - 1_200),
    forged: await sign(exp, 'another-secret-of-more-than-32-characters'),
  };
});
