import type { ThreadChange, ThreadOutbox } from '#core/ports/thread-outbox.ts';

export function createMemoryThreadOutbox(): ThreadOutbox {
  const changes = new Map<string, { readonly change: ThreadChange; dueAtMs: number; isDone: boolean }>();

  return {
    async put(change) {
      const known = changes.get(change.id) ?? { change, dueAtMs: change.dueAtMs, isDone: false };
      changes.set(change.id, known);
      return { change: known.change, isDone: known.isDone };
    },
    async done(id) {
      const known = changes.get(id);
      if (known) known.isDone = true;
    },
    async postpone(id, dueAtMs) {
      const known = changes.get(id);
      if (known) known.dueAtMs = dueAtMs;
    },
    listDue: async (beforeMs, limit) =>
      [...changes.values()]
        .filter(({ dueAtMs, isDone }) => !isDone && dueAtMs < beforeMs)
        .sort((a, b) => a.dueAtMs - b.dueAtMs)
        .slice(0, limit)
        .map(({ change }) => change),
  };
}
