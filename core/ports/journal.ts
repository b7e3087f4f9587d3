import type { JournalRecord } from '../domain/journal.ts';
import type { RunId } from '../protocol/ids.ts';

/**
 * What each run has done, append-only. The entries of a run are numbered 0, 1, 2, … without a gap, and a place is taken
 * once: whoever puts an entry there after somebody else has lost the run. An entry may hold megabytes.
 *
 * Errors: `unavailable` when the store does not answer (the entry may or may not have landed: put it again); also (NewerFormatError) for a
 * journal with an entry that only a later version can read.
 */
export interface Journal {
  /** The entries from `from` on, in order; reads everybody's finished puts. Of an unknown run there are none. */
  read(runId: RunId, from?: number): Promise<JournalRecord[]>;
  /**
   * Puts an entry at its index. `kept`: it stands there, durable; also when an earlier try of the same attempt landed.
   * `taken`: another attempt's entry stands there. The index must be the first free one that the caller knows of.
   */
  put(runId: RunId, record: JournalRecord): Promise<'kept' | 'taken'>;
}
