import { tokenVerifierContract } from '#core/ports/identity.contract.ts';
import { newUserId } from '#core/ports/samples.contract.ts';
import { verifierOf } from './testing.ts';

tokenVerifierContract('The fake of these tests', async () => {
  const principal = {
    kind: 'person' as const,
    userId: newUserId(),
    isAnonymous: false,
    email: null,
    issuedAtMs: 0,
    expiresAtMs: 1,
  };
  return {
    verifier: verifierOf({ olga: principal }),
    good: { token: 'olga', principal },
    expired: 'old',
    forged: 'eve',
  };
});
