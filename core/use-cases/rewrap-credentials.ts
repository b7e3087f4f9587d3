import type { SealedSecrets } from '../ports/credential-store.ts';
import type { Vault } from '../ports/vault.ts';
import type { CredentialId } from '../protocol/ids.ts';

const pageSize = 100;

/**
 * Seals every credential anew that is not under the vault's newest key. It may be stopped and started again at any time: what
 * is done is done, and what was changed meanwhile is under the newest key already. Errors: those of the vault; what does not
 * open stops it, because then an old key is missing that must not be thrown away.
 */
export async function rewrapCredentials({ secrets, vault }: { secrets: SealedSecrets; vault: Vault }): Promise<number> {
  let rewrapped = 0;
  let after: CredentialId | null = null;
  for (;;) {
    const page: Awaited<ReturnType<SealedSecrets['notUnder']>> = await secrets.notUnder(vault.keyId, after, pageSize);
    for (const { sealed, ...context } of page) {
      const fresh = await vault.seal(await vault.open(sealed, context), context);
      if (await secrets.replace(context.credentialId, sealed, fresh)) rewrapped += 1;
      after = context.credentialId;
    }
    if (page.length < pageSize) return rewrapped;
  }
}
