import {
  AlgorithmSuiteIdentifier,
  buildClient,
  CommitmentPolicy,
  type KeyringNode,
  type KmsKeyringNode,
} from '@aws-crypto/client-node';
import { PlatformError, unavailable } from '#core/errors.ts';
import type { SecretContext, Vault } from '#core/ports/vault.ts';

export interface VaultKeys {
  /** Of the newest key. */
  readonly keyId: string;
  /** Wraps with the newest key alone. */
  readonly wrapping: KeyringNode | KmsKeyringNode;
  /** Unwraps what any of the vault's keys has wrapped. */
  readonly unwrapping: KeyringNode | KmsKeyringNode;
  /** Whether an error means that the keys could not be reached, and not that they do not fit. */
  readonly isOutOfReach: (error: unknown) => boolean;
}

/**
 * Message format 2 with key commitment and without a signature: whoever can open may also seal (AWS Encryption SDK Developer
 * Guide, "Supported algorithm suites").
 */
const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY;
const client = buildClient({
  commitmentPolicy: CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT,
  maxEncryptedDataKeys: 1,
});

/** A vault by the AWS Encryption SDK: envelope encryption with the context as authenticated data. */
export function createEncryptionSdkVault({ keyId, wrapping, unwrapping, isOutOfReach }: VaultKeys): Vault {
  return {
    keyId,
    async seal(secret, context) {
      try {
        const { result } = await client.encrypt(wrapping, secret, { suiteId, encryptionContext: fieldsOf(context) });
        return { ciphertext: result.toString('base64'), keyId };
      } catch (cause) {
        throw unavailable('The vault', cause);
      }
    },
    async open({ ciphertext }, context) {
      const opened = await client.decrypt(unwrapping, Buffer.from(ciphertext, 'base64')).catch((cause: unknown) => {
        if (isOutOfReach(cause)) throw unavailable('The vault', cause);
        throw new PlatformError('internal', 'A credential does not open.', { cause });
      });
      const sealedFor = opened.messageHeader.encryptionContext;
      const isSame = Object.entries(fieldsOf(context)).every(([name, value]) => sealedFor[name] === value);
      // What opens is whole; but only this tells whether it is what was asked for.
      if (!isSame)
        throw new PlatformError('internal', 'A credential was sealed for another place than where it was found.');
      return opened.plaintext.toString('utf8');
    },
  };
}

/** The SDK keeps names that begin with `aws-` for itself, and takes no empty values. */
const fieldsOf = ({ workspaceId, credentialId, provider, userId, baseUrl }: SecretContext): Record<string, string> => ({
  workspaceId,
  credentialId,
  provider,
  userId: userId ?? '-',
  baseUrl: baseUrl ?? '-',
});
