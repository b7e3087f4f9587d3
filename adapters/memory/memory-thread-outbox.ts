import type { ThreadChange, ThreadOutbox } from '#core/ports/thread-outbox.ts';

export function createMemoryThreadOutbox(): ThreadOutbox {
  const changes = new Map<string, { readonly change: ThreadChange; isDone: boolean }>();

  return {
    async put(change) {
      const known = changes.get(change.id) ?? { change, isDone: false };
      changes.set(change.id, known);
      return { ...known };
    },
    async done(id) {
      const known = changes.get(id);
      if (known) known.isDone = true;
    },
    listDue: async (beforeMs, limit) =>
      [...changes.values()]
        .filter(({ change, isDone }) => !isDone && change.dueAtMs < beforeMs)
        .map(({ change }) => change)
        .sort((a, b) => a.dueAtMs - b.dueAtMs)
        .slice(0, limit),
  };
}
