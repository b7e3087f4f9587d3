import { describe, expect, it } from 'vitest';
import type { BlobStore } from './blob-store.ts';
import { newId } from './samples.contract.ts';

/** What every BlobStore keeps. */
export function blobStoreContract(name: string, create: () => Promise<BlobStore>): void {
  describe(`${name} as a blob store`, () => {
    it('gives back a text of any kind, whole', async () => {
      const store = await create();
      const key = `runs/${newId('run')}/1.0`;
      const text = `“ä”\n\u{1f600} ${'x'.repeat(400_000)}`;

      await store.put(key, text);
      await store.put(key, text);

      expect(await store.get(key)).toBe(text);
    });

    it('gives null for a key that it does not know', async () => {
      const store = await create();

      expect(await store.get(`runs/${newId('run')}/none`)).toBeNull();
    });
  });
}
