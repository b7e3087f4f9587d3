import { PlatformError } from '#core/errors.ts';
import type { SecretContext, Vault } from '#core/ports/vault.ts';

/** Hides nothing: for tests, where it shows what a vault was asked for. Keeps the same contract. */
export function createMemoryVault(keyIds: readonly string[] = ['memory-1']): Vault {
  const keyId = keyIds.at(-1) ?? 'memory-1';
  return {
    keyId,
    seal: async (secret, context) => ({
      ciphertext: Buffer.from(JSON.stringify({ keyId, context: textOf(context), secret })).toString('base64'),
      keyId,
    }),
    async open({ ciphertext }, context) {
      const sealed = parse(ciphertext);
      if (!sealed || !keyIds.includes(sealed.keyId) || sealed.context !== textOf(context)) {
        throw new PlatformError('internal', 'A credential does not open.');
      }
      return sealed.secret;
    },
  };
}

const textOf = ({ workspaceId, credentialId, provider, userId, baseUrl }: SecretContext): string =>
  JSON.stringify([workspaceId, credentialId, provider, userId, baseUrl]);

function parse(ciphertext: string): { keyId: string; context: string; secret: string } | undefined {
  try {
    return JSON.parse(Buffer.from(ciphertext, 'base64').toString('utf8'));
  } catch {
    // A changed text is as unreadable as another key's.
    return undefined;
  }
}
