import { beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry, JournalRecord } from '../domain/journal.ts';
import { NewerFormatError } from '../domain/stored.ts';
import type { RunId } from '../protocol/ids.ts';
import type { Journal } from './journal.ts';
import { newId } from './samples.contract.ts';

const at = '2026-11-21T09:00:00.000Z';
const began: JournalEntry = { type: 'began', owner: 'one' };
const done = (output: string): JournalEntry => ({
  type: 'tool_done',
  scope: '',
  callKey: '1.0',
  ok: true,
  output,
  durationMs: 5,
  at,
});
const record = (index: number, attempt: number, entry: JournalEntry): JournalRecord => ({
  v: 1,
  index,
  attempt,
  entry,
});

/** `create` makes a journal that no other test writes to, or a shared one: every test has a run of its own. */
export function journalContract(name: string, create: () => Promise<Journal>): void {
  describe(`${name} as a journal`, () => {
    let journal: Journal;
    let runId: RunId;

    beforeEach(async () => {
      journal = await create();
      runId = newId('run');
    });

    it('gives back what was put, in order', async () => {
      for (let index = 0; index < 12; index += 1) await journal.put(runId, record(index, 1, done(`output ${index}`)));

      const read = await journal.read(runId);

      expect(read.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
      expect(read[11]).toEqual(record(11, 1, done('output 11')));
      expect(await journal.read(runId, 10)).toEqual(read.slice(10));
    });

    it('knows nothing of an unknown run, and keeps runs apart', async () => {
      await journal.put(runId, record(0, 1, began));

      expect(await journal.read(newId('run'))).toEqual([]);
      expect(await journal.read(runId)).toHaveLength(1);
    });

    it('takes the same entry again', async () => {
      await journal.put(runId, record(0, 1, began));

      expect(await journal.put(runId, record(0, 1, began))).toBe('kept');
      expect(await journal.read(runId)).toEqual([record(0, 1, began)]);
    });

    it('gives a place to one attempt only', async () => {
      await journal.put(runId, record(0, 1, began));
      await journal.put(runId, record(1, 2, began));

      const late = await journal.put(runId, record(1, 1, done('too late')));

      expect(late).toBe('taken');
      expect(await journal.read(runId)).toEqual([record(0, 1, began), record(1, 2, began)]);
    });

    it('lets one of two attempts win that put at once', async () => {
      const answers = await Promise.all([
        journal.put(runId, record(0, 1, began)),
        journal.put(runId, record(0, 2, began)),
      ]);

      expect(answers.toSorted()).toEqual(['kept', 'taken']);
    });

    it('gives nothing of a journal with an entry of a kind that only a later version knows', async () => {
      await journal.put(runId, record(0, 1, began));
      await journal.put(runId, record(1, 1, { type: 'dreamt', of: 'sheep' } as unknown as JournalEntry));

      await expect(journal.read(runId)).rejects.toThrow(NewerFormatError);
      expect(await journal.read(newId('run'))).toEqual([]);
    });

    it('keeps what a later version has added to an entry, at every depth', async () => {
      const later = { later: { deep: 7 } };
      const blob = { id: 'b', bytes: 1, ...later };
      const entry = { ...done('output'), blob, ...later };
      await journal.put(runId, record(0, 1, entry));

      expect((await journal.read(runId))[0]?.entry).toEqual(entry);
    });

    it('keeps an entry of more than a megabyte whole', async () => {
      const output = 'ä'.repeat(700_000);

      await journal.put(runId, record(0, 1, done(output)));

      expect(await journal.put(runId, record(0, 1, done(output)))).toBe('kept');
      expect(await journal.put(runId, record(0, 2, done(output)))).toBe('taken');
      expect(await journal.read(runId)).toEqual([record(0, 1, done(output))]);
    });
  });
}
