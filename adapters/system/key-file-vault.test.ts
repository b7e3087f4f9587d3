import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { newId } from '#core/ports/samples.contract.ts';
import { vaultContract } from '#core/ports/vault.contract.ts';
import { addKey, createKeyFileVault, ensureKeyFile } from './key-file-vault.ts';

const folder = mkdtempSync(join(tmpdir(), 'troupe-vault-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const now = new Date('2026-11-21T09:00:00.000Z');
let files = 0;
function newFile(): string {
  files += 1;
  const file = join(folder, `vault-${files}.key`);
  ensureKeyFile(file, now);
  return file;
}

vaultContract('key file', () => {
  const file = newFile();
  const vault = createKeyFileVault(file);
  addKey(file, now);
  return { vault, newer: createKeyFileVault(file), foreign: createKeyFileVault(newFile()) };
});

it('keeps its file to its owner, and refuses one that others can read', () => {
  const file = newFile();

  expect(statSync(file).mode & 0o777).toBe(0o600);
  addKey(file, now);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  chmodSync(file, 0o644);
  expect(() => createKeyFileVault(file)).toThrow('chmod 600');
});

it('makes a key once', () => {
  const file = newFile();
  const before = readFileSync(file, 'utf8');

  ensureKeyFile(file, now);

  expect(readFileSync(file, 'utf8')).toBe(before);
});

it('shows neither the secret nor its key in what it stores', async () => {
  const file = newFile();
  const vault = createKeyFileVault(file);
  const context = {
    workspaceId: newId('wsp'),
    credentialId: newId('crd'),
    provider: 'openai',
    userId: null,
    baseUrl: null,
  } as const;

  const { ciphertext } = await vault.seal('sk-canary', context);

  const bytes = Buffer.from(ciphertext, 'base64').toString('latin1');
  expect(bytes).not.toContain('sk-canary');
  expect(bytes).toContain(context.credentialId);
});
