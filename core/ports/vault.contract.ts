import { describe, expect, it } from 'vitest';
import { newId, newUserId } from './samples.contract.ts';
import type { SecretContext, Vault } from './vault.ts';

interface VaultWorld {
  readonly vault: Vault;
  /** The same keys and a newer one. */
  readonly newer: Vault;
  /** Keys of its own. */
  readonly foreign: Vault;
}

const sampleContext = (): SecretContext => ({
  workspaceId: newId('wsp'),
  credentialId: newId('crd'),
  provider: 'openai',
  userId: newUserId(),
  baseUrl: 'https://models.example.com/v1',
});

/** What every vault keeps. */
export function vaultContract(name: string, createWorld: () => VaultWorld): void {
  describe(`${name} vault`, () => {
    it('opens what it sealed, whatever it is', async () => {
      const { vault } = createWorld();

      for (const secret of ['sk-1', 'a'.repeat(4000), 'ключ 🔑']) {
        const context = sampleContext();
        const sealed = await vault.seal(secret, context);
        expect(sealed.keyId).toBe(vault.keyId);
        expect(sealed.ciphertext).not.toContain(secret);
        expect(await vault.open(sealed, context)).toBe(secret);
      }
    });

    it('opens a secret in no other place than the one it was sealed for', async () => {
      const { vault } = createWorld();
      const context = sampleContext();
      const sealed = await vault.seal('sk-1', context);
      const others: Partial<SecretContext>[] = [
        { workspaceId: newId('wsp') },
        { credentialId: newId('crd') },
        { provider: 'anthropic' },
        { userId: newUserId() },
        { userId: null },
        { baseUrl: 'https://thief.example.com/v1' },
        { baseUrl: null },
      ];

      for (const other of others) {
        await expect(vault.open(sealed, { ...context, ...other })).rejects.toMatchObject({ code: 'internal' });
      }
    });

    it('opens with a newer key what an older one has sealed, and not the other way round', async () => {
      const { vault, newer } = createWorld();
      const context = sampleContext();

      const old = await vault.seal('sk-1', context);
      const fresh = await newer.seal('sk-1', context);

      expect(newer.keyId).not.toBe(vault.keyId);
      expect(await newer.open(old, context)).toBe('sk-1');
      await expect(vault.open(fresh, context)).rejects.toMatchObject({ code: 'internal' });
    });

    it('opens neither what others have sealed nor what was changed', async () => {
      const { vault, foreign } = createWorld();
      const context = sampleContext();
      const strange = await foreign.seal('sk-1', context);
      const sealed = await vault.seal('sk-1', context);
      const bytes = Buffer.from(sealed.ciphertext, 'base64');
      bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;

      for (const ciphertext of [strange.ciphertext, bytes.toString('base64'), 'nonsense', '']) {
        await expect(vault.open({ ...sealed, ciphertext }, context)).rejects.toMatchObject({ code: 'internal' });
      }
    });
  });
}
