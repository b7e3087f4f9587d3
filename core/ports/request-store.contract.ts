import { describe, expect, it } from 'vitest';
import type { RequestStore } from './request-store.ts';
import { newId, newUserId } from './samples.contract.ts';

export function requestStoreContract(name: string, createStore: () => Promise<RequestStore> | RequestStore): void {
  const sample = () => ({
    userId: newUserId(),
    clientRequestId: crypto.randomUUID(),
    asked: 'digest-1',
    id: newId('skl'),
  });

  describe(`${name} as a store of requests`, () => {
    it('answers a second request of the same key with the first, whatever it asks for', async () => {
      const store = await createStore();
      const first = sample();

      expect(await store.reserve(first)).toEqual(first);
      expect(await store.reserve({ ...first, asked: 'digest-2', id: newId('skl') })).toEqual(first);
    });

    it('keeps the keys of different people apart', async () => {
      const store = await createStore();
      const first = sample();
      const other = { ...first, userId: newUserId(), id: newId('skl') };
      await store.reserve(first);

      expect(await store.reserve(other)).toEqual(other);
    });

    it('has one first of many at once', async () => {
      const store = await createStore();
      const first = sample();

      const kept = await Promise.all(Array.from({ length: 10 }, () => store.reserve({ ...first, id: newId('skl') })));

      expect(new Set(kept.map(({ id }) => id)).size).toBe(1);
    });
  });
}
