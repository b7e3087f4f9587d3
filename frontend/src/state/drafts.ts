import type { ThreadId } from '#core/protocol/ids.ts';
import type { TextStorage } from './local-storage.ts';

/** What was written and not yet sent, per thread; `null` is the thread that does not exist yet. */
export interface Drafts {
  get(threadId: ThreadId | null): string;
  set(threadId: ThreadId | null, text: string): void;
}

export function createDrafts(storage: TextStorage, userId: string): Drafts {
  const keyOf = (threadId: ThreadId | null) => `troupe.draft.${threadId ?? `new.${userId}`}`;
  return {
    get: (threadId) => storage.get(keyOf(threadId)) ?? '',
    set: (threadId, text) => storage.set(keyOf(threadId), text.trim() === '' ? null : text),
  };
}
