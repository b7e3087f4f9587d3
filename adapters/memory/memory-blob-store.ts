import type { BlobStore } from '#core/ports/blob-store.ts';

export function createMemoryBlobStore(): BlobStore {
  const texts = new Map<string, string>();
  return {
    put: async (key, text) => void texts.set(key, text),
    get: async (key) => texts.get(key) ?? null,
  };
}
