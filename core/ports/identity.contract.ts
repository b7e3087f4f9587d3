import { describe, expect, it } from 'vitest';
import type { PersonPrincipal } from '../domain/principal.ts';
import type { TokenVerifier } from './identity.ts';

/** A verifier, and tokens of which it is known what they are. */
export interface VerifierWorld {
  readonly verifier: TokenVerifier;
  readonly good: { token: string; principal: PersonPrincipal };
  readonly expired: string;
  readonly forged: string;
}

/** What every TokenVerifier keeps: see its doc comment. */
export function tokenVerifierContract(name: string, create: () => Promise<VerifierWorld>): void {
  describe(`${name} as a token verifier`, () => {
    it('says whose a good token is', async () => {
      const { verifier, good } = await create();

      expect(await verifier.verify(good.token)).toEqual(good.principal);
    });

    it('tells a token that has run out from one that was never any good', async () => {
      const { verifier, expired, forged } = await create();

      await expect(verifier.verify(expired)).rejects.toMatchObject({ code: 'token_expired' });
      for (const token of [forged, '', 'nonsense']) {
        await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'unauthenticated' });
      }
    });
  });
}
