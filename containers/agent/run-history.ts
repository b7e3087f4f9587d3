import type { HistoryPointer } from '#core/domain/journal.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import type { Item } from '#core/protocol/item.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import type { Deps } from '#core/use-cases/deps.ts';
import { historySince, newestHistory } from '#core/use-cases/load-history.ts';
import type { LoadedThread } from '#core/use-cases/load-thread.ts';
import type { HeldRun } from './live-runs.ts';
import { historyAt, readableHistory } from './prepare-run.ts';
import { retryUnavailable } from './retry.ts';

/** What a run's agent is given to read of what was said before. */
export interface RunHistory {
  /** When the run begins; with all of the thread that was read for it. */
  newest(thread: LoadedThread): Promise<{ readonly view: ThreadView; readonly items: Item[] }>;
  /** What it was given when the run began; null when it is not the same any more. */
  at(thread: LoadedThread, pointer: HistoryPointer): Promise<Item[] | null>;
}

export function createRunHistory(
  deps: Pick<Deps, 'store' | 'logger'>,
  { record, signal }: Pick<HeldRun, 'record' | 'signal'>,
  accessOf: () => Promise<DataAccess>,
  isPointless: () => boolean,
): RunHistory {
  const { runId, threadId } = record;
  const wanted = async () => ({ runId, threadId, access: await accessOf(), signal });
  return {
    async newest(thread) {
      const read = async () => newestHistory(deps, await wanted(), thread);
      const { part, items } = await retryUnavailable(read, isPointless);
      return { view: part.view, items: readableHistory(items) };
    },
    async at(thread, pointer) {
      const { firstItemId } = pointer;
      if (firstItemId === null) return historyAt(pointer, []);
      const read = async () => historySince(deps, await wanted(), thread, firstItemId);
      return historyAt(pointer, await retryUnavailable(read, isPointless));
    },
  };
}
