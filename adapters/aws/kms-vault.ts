import { KmsKeyringNode } from '@aws-crypto/client-node';
import type { Vault } from '#core/ports/vault.ts';
import { createEncryptionSdkVault } from './encryption-sdk-vault.ts';

/**
 * A vault whose keys are in KMS. `keyArns` has the newest first; the others only open. The region is the one in an ARN; where
 * to send requests to, and as whom, comes from the environment as for every AWS client. Throws without a key.
 */
export function createKmsVault(keyArns: readonly string[]): Vault {
  const [keyId] = keyArns;
  if (!keyId) throw new Error('a vault needs a key');
  return createEncryptionSdkVault({
    keyId,
    wrapping: new KmsKeyringNode({ generatorKeyId: keyId }),
    unwrapping: new KmsKeyringNode({ keyIds: [...keyArns] }),
    isOutOfReach,
  });
}

/**
 * The keyring tries every key and writes what KMS said into one message (@aws-crypto/kms-keyring, `_onDecrypt`). Refused is
 * what KMS could not unwrap; anything else that it said is trouble on the way to it.
 */
const isOutOfReach = (error: unknown): boolean =>
  error instanceof Error &&
  error.message.includes('one or more KMS CMKs had an error') &&
  !/InvalidCiphertext|IncorrectKey/.test(error.message);
