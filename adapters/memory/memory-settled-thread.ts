import type { ProjectedItem, Projection } from '#core/domain/projection.ts';
import type { ItemPage } from '#core/ports/workspace-store.ts';
import type { ItemId, RunId } from '#core/protocol/ids.ts';
import type { Item } from '#core/protocol/item.ts';
import type { Run } from '#core/protocol/run.ts';
import { encodeCursor, type Place } from './memory-cursor.ts';

export interface SettledThread {
  checkpointSeq(): number;
  /** What is known already is overwritten only by a view that is not older. */
  add(projection: Projection): void;
  run(runId: RunId): Run | undefined;
  runs(): Run[];
  items(ids: readonly ItemId[]): Item[];
  /** The newest items, or the newest before `end` (runSeq, seq). */
  page(limit: number, end?: Place): ItemPage;
}

/** What has settled of one thread: the rules of `project_thread` and `open_thread` in supabase/migrations. */
export function createSettledThread(): SettledThread {
  const items = new Map<ItemId, ProjectedItem>();
  const runs = new Map<RunId, Run>();
  let checkpointSeq = 0;

  return {
    checkpointSeq: () => checkpointSeq,

    run: (runId) => runs.get(runId),
    runs: () => [...runs.values()],
    items: (ids) => ids.flatMap((id) => items.get(id)?.item ?? []),

    add(projection) {
      const isNewest = projection.checkpointSeq >= checkpointSeq;
      for (const run of projection.runs) if (isNewest || !runs.has(run.id)) runs.set(run.id, run);
      for (const entry of projection.items) {
        const known = items.get(entry.item.id);
        if (isNewest || !known) items.set(entry.item.id, { ...entry, ...(known && placeOf(known)) });
      }
      checkpointSeq = Math.max(checkpointSeq, projection.checkpointSeq);
    },

    page(limit, end) {
      const endPlace = end && { runSeq: Number(end[0]), seq: Number(end[1]) };
      const candidates = [...items.values()].filter((entry) => !endPlace || compare(entry, endPlace) < 0).sort(compare);
      const page = candidates.slice(-limit);
      const oldest = page[0];
      const hasOlder = candidates.length > page.length;
      const beforeTail = [...runs.values()]
        .filter(({ queuedSeq }) => !end && queuedSeq <= checkpointSeq)
        .reduce((newest, { queuedSeq }) => Math.max(newest, queuedSeq), -1);
      return {
        items: page.map(({ item }) => item),
        runs: [...runs.values()]
          .filter(({ queuedSeq }) => !hasOlder || !oldest || queuedSeq >= oldest.runSeq || queuedSeq === beforeTail)
          .filter(({ queuedSeq }) => !endPlace || queuedSeq <= endPlace.runSeq)
          .sort((a, b) => a.queuedSeq - b.queuedSeq),
        olderCursor: hasOlder && oldest ? encodeCursor([String(oldest.runSeq), String(oldest.seq)]) : null,
      };
    },
  };
}

type InThread = Pick<ProjectedItem, 'runSeq' | 'seq'>;
const placeOf = ({ runSeq, seq }: InThread): InThread => ({ runSeq, seq });
const compare = (a: InThread, b: InThread): number => a.runSeq - b.runSeq || a.seq - b.seq;
