import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { MultiKeyringNode, RawAesKeyringNode, RawAesWrappingSuiteIdentifier } from '@aws-crypto/client-node';
import * as z from 'zod';
import type { Vault } from '#core/ports/vault.ts';
import { createEncryptionSdkVault } from '../aws/encryption-sdk-vault.ts';

const KeyFile = z.strictObject({
  version: z.literal(1),
  /** The newest last. */
  keys: z.array(z.strictObject({ id: z.string().min(1), key: z.base64(), createdAt: z.iso.datetime() })).min(1),
});
type KeyFile = z.infer<typeof KeyFile>;

/** Makes the file with one key, if there is none. */
export function ensureKeyFile(file: string, now: Date): void {
  if (!existsSync(file)) write(file, { version: 1, keys: [newKey(now)] });
}

/** Adds a key, which is the newest from now on. The older ones stay: what they have wrapped is to open still. */
export function addKey(file: string, now: Date): string {
  const key = newKey(now);
  write(file, { version: 1, keys: [...read(file).keys, key] });
  return key.id;
}

/** A vault whose keys are in a file that only its owner can read. Throws for a file that others can read. */
export function createKeyFileVault(file: string): Vault {
  const { keys } = read(file);
  const keyrings = keys.map(
    ({ id, key }) =>
      new RawAesKeyringNode({
        keyNamespace: 'troupe',
        keyName: id,
        // The SDK wants a buffer of its own, which the pool of `Buffer` does not give.
        unencryptedMasterKey: Uint8Array.from(Buffer.from(key, 'base64')),
        wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
      }),
  );
  const [newest] = keys.slice(-1);
  const [wrapping] = keyrings.slice(-1);
  if (!newest || !wrapping) throw new Error(`${file} has no keys`);
  return createEncryptionSdkVault({
    keyId: newest.id,
    wrapping,
    unwrapping: new MultiKeyringNode({ children: keyrings }),
    isOutOfReach: () => false,
  });
}

const newKey = (now: Date): KeyFile['keys'][number] => ({
  id: `file-${now.toISOString().slice(0, 10)}-${randomBytes(4).toString('hex')}`,
  key: randomBytes(32).toString('base64'),
  createdAt: now.toISOString(),
});

function read(file: string): KeyFile {
  if ((statSync(file).mode & 0o077) !== 0)
    throw new Error(`${file} can be read by others. Make it your own: chmod 600 ${file}`);
  return KeyFile.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Whole or not at all: a file that is half written would make every credential unreadable. */
function write(file: string, content: KeyFile): void {
  const draft = `${file}.new`;
  writeFileSync(draft, JSON.stringify(content, null, 2), { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}
