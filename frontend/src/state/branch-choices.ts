import * as z from 'zod';
import type { BranchChoice } from '#core/protocol/branches.ts';
import { RunId, type ThreadId } from '#core/protocol/ids.ts';
import type { TextStorage } from './local-storage.ts';

/** Which branches a person reads, per thread. Of this browser alone: what others read is theirs. */
export interface BranchChoices {
  get(threadId: ThreadId): BranchChoice;
  set(threadId: ThreadId, choice: BranchChoice): void;
}

const Stored = z.record(z.string(), RunId);

export function createBranchChoices(storage: TextStorage): BranchChoices {
  const keyOf = (threadId: ThreadId) => `troupe.branches.${threadId}`;
  return {
    get: (threadId) => readChoice(storage.get(keyOf(threadId))),
    set: (threadId, choice) =>
      storage.set(keyOf(threadId), Object.keys(choice).length === 0 ? null : JSON.stringify(choice)),
  };
}

/** What cannot be read was written by another version; then the newest branches are read. */
function readChoice(stored: string | null): BranchChoice {
  try {
    return Stored.safeParse(JSON.parse(stored ?? '{}')).data ?? {};
  } catch {
    return {};
  }
}
