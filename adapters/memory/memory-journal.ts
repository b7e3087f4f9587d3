import { JournalRecord } from '#core/domain/journal.ts';
import { readStored } from '#core/domain/stored.ts';
import type { Journal } from '#core/ports/journal.ts';
import type { RunId } from '#core/protocol/ids.ts';

/** A journal that parses what it gives out, as one that is stored does. */
export function createMemoryJournal(): Journal {
  const runs = new Map<RunId, string[]>();
  const parse = (text: string): JournalRecord => readStored(JournalRecord, JSON.parse(text), 'a journal entry');

  return {
    read: async (runId, from = 0) => (runs.get(runId) ?? []).slice(from).map(parse),
    async put(runId, record) {
      const records = runs.get(runId) ?? [];
      const there = records[record.index];
      if (there !== undefined) return parse(there).attempt === record.attempt ? 'kept' : 'taken';
      if (record.index !== records.length) throw new Error(`a gap in the journal of ${runId} before ${record.index}`);
      runs.set(runId, [...records, JSON.stringify(record)]);
      return 'kept';
    },
  };
}
