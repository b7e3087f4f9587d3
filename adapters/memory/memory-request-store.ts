import type { KnownRequest, RequestStore } from '#core/ports/request-store.ts';

export function createMemoryRequestStore(): RequestStore {
  const requests = new Map<string, KnownRequest>();
  return {
    async reserve(request) {
      const key = `${request.userId} ${request.clientRequestId}`;
      const first = requests.get(key) ?? request;
      requests.set(key, first);
      return first;
    },
  };
}
