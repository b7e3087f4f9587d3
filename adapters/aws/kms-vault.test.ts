import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { newId } from '#core/ports/samples.contract.ts';
import { vaultContract } from '#core/ports/vault.contract.ts';
import { createKmsVault } from './kms-vault.ts';

const arn = (name: string) => `arn:aws:kms:us-east-1:111122223333:key/${name}`;

/** The three actions of KMS that the vault uses, in its JSON protocol; a wrapped key is `<arn>|<nonce, tag and text>`. */
interface KmsBody {
  KeyId: string;
  EncryptionContext?: Record<string, string>;
  Plaintext?: string;
  CiphertextBlob?: string;
  NumberOfBytes?: number;
}
const masterKey = randomBytes(32);
let isDown = false;

function answer(action: string, body: KmsBody): { status: number; reply: object } {
  const aad = Buffer.from(JSON.stringify(Object.entries(body.EncryptionContext ?? {}).toSorted()));
  const wrap = (plaintext: Buffer) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', masterKey, nonce).setAAD(
      Buffer.concat([aad, Buffer.from(body.KeyId)]),
    );
    const text = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([Buffer.from(`${body.KeyId}|`), nonce, cipher.getAuthTag(), text]).toString('base64');
  };
  if (isDown) return { status: 500, reply: { __type: 'KMSInternalException' } };
  if (action === 'GenerateDataKey') {
    const key = randomBytes(body.NumberOfBytes ?? 32);
    return { status: 200, reply: { KeyId: body.KeyId, Plaintext: key.toString('base64'), CiphertextBlob: wrap(key) } };
  }
  const blob = Buffer.from(body.CiphertextBlob ?? '', 'base64');
  const start = blob.indexOf('|') + 1;
  const decipher = createDecipheriv('aes-256-gcm', masterKey, blob.subarray(start, start + 12))
    .setAAD(Buffer.concat([aad, Buffer.from(body.KeyId)]))
    .setAuthTag(blob.subarray(start + 12, start + 28));
  try {
    const key = Buffer.concat([decipher.update(blob.subarray(start + 28)), decipher.final()]);
    return { status: 200, reply: { KeyId: body.KeyId, Plaintext: key.toString('base64') } };
  } catch {
    return { status: 400, reply: { __type: 'InvalidCiphertextException' } };
  }
}

let server: Server;
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const action = String(request.headers['x-amz-target']).replace('TrentService.', '');
    const { status, reply } = answer(action, JSON.parse(Buffer.concat(chunks).toString('utf8')));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(reply));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

vaultContract('KMS', () => ({
  vault: createKmsVault([arn('old')]),
  newer: createKmsVault([arn('new'), arn('old')]),
  foreign: createKmsVault([arn('other')]),
}));

it('says that it is not there when KMS does not answer, and not that a secret is broken', async () => {
  const vault = createKmsVault([arn('old')]);
  const context = {
    workspaceId: newId('wsp'),
    credentialId: newId('crd'),
    provider: 'openai',
    userId: null,
    baseUrl: null,
  } as const;
  const sealed = await vault.seal('sk-1', context);

  isDown = true;
  const [sealing, opening] = await Promise.allSettled([vault.seal('sk-1', context), vault.open(sealed, context)]);
  isDown = false;

  expect(sealing).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
  expect(opening).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
});

it('needs a key', () => {
  expect(() => createKmsVault([])).toThrow('needs a key');
});
