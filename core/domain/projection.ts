import type { Item } from '../protocol/item.ts';
import { isTerminal, type Run } from '../protocol/run.ts';
import { storableText } from '../protocol/text.ts';
import { liveRuns, type ThreadView } from '../protocol/thread-view.ts';

export interface ProjectedItem {
  readonly item: Item;
  readonly seq: number;
  /** The `queuedSeq` of its run: items sort by (runSeq, seq). */
  readonly runSeq: number;
}

/** What a thread's events say that will not change any more, to be kept in Postgres. */
export interface Projection {
  readonly items: readonly ProjectedItem[];
  readonly runs: readonly Run[];
  /** A reader who has the projection needs only the events after this seq. */
  readonly checkpointSeq: number;
}

/** The settled part of a view: the runs that have ended, with their items. Live runs stay in the log and are folded again. */
export function projectionOf(view: ThreadView): Projection {
  const ended = (run: Run | undefined): run is Run => run !== undefined && isTerminal(run.status);
  const items = view.items.flatMap((item) => {
    const run = view.runs[item.runId];
    const seq = view.addedAt[item.id];
    return ended(run) && seq !== undefined ? [{ item: storable(item), seq, runSeq: run.queuedSeq }] : [];
  });
  const oldestLive = liveRuns(view)[0];
  return {
    items,
    runs: Object.values(view.runs).filter(ended).map(storable),
    checkpointSeq: oldestLive ? oldestLive.queuedSeq - 1 : view.seq,
  };
}

/** What models and tools write may hold what Postgres does not take. */
function storable<Data>(data: Data): Data {
  return JSON.parse(JSON.stringify(data), (_, value) => (typeof value === 'string' ? storableText(value) : value));
}
