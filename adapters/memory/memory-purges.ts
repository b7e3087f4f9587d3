import type { Eraser } from '#core/ports/eraser.ts';
import type { Purge, PurgeList } from '#core/ports/purge-list.ts';

/** A list of what is to be taken away, and an eraser that only notes what it was asked for. */
export function createMemoryPurges(): {
  purges: PurgeList & { add(purge: Purge): void };
  eraser: Eraser;
  erased: string[];
} {
  let noted: Purge[] = [];
  const erased: string[] = [];
  return {
    erased,
    purges: {
      add: (purge) => void noted.push(purge),
      async due(limit) {
        const due = noted.slice(0, limit);
        noted = [...noted.slice(limit), ...due];
        return due;
      },
      async done({ kind, subject }) {
        noted = noted.filter((each) => each.kind !== kind || each.subject !== subject);
      },
    },
    eraser: {
      run: async (runId) => void erased.push(runId),
      stream: async (stream) => void erased.push(stream),
      texts: async (prefix) => void erased.push(prefix),
      counter: async (key) => void erased.push(key),
    },
  };
}
