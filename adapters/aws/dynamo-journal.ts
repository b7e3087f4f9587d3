import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { JournalEntry, type JournalRecord } from '#core/domain/journal.ts';
import { readStored } from '#core/domain/stored.ts';
import { PlatformError } from '#core/errors.ts';
import type { BlobStore } from '#core/ports/blob-store.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Journal } from '#core/ports/journal.ts';
import type { RunId } from '#core/protocol/ids.ts';
import { createDynamoTable } from './dynamo-table.ts';

/** The entry as JSON, or where that is kept: an item of DynamoDB may have 400 KB. */
export const JournalRow = z.object({
  index: z.number(),
  attempt: z.number(),
  v: z.literal(1),
  entry: z.string().optional(),
  blob: z.string().optional(),
});
type Row = z.infer<typeof JournalRow>;

const rowOf = (row: unknown): Row => readStored(JournalRow, row, 'a journal entry');

const longestEntryBytes = 300 * 1024;
/** A run may wait for a person for 30 days, and be tried again from its journal after it has failed. */
const lifetimeSeconds = 90 * 86_400;

/** Journals on DynamoDB, long entries in object storage. */
export function createDynamoJournal(options: {
  client: DynamoDBClient;
  table: string;
  blobs: BlobStore;
  now: Clock;
}): Journal {
  const { blobs } = options;
  const table = createDynamoTable(options.client, options.table);

  async function entryOf({ index, entry, blob }: Row): Promise<JournalEntry> {
    const text = entry ?? (blob === undefined ? null : await blobs.get(blob));
    if (text === null) throw new PlatformError('internal', `The journal entry ${blob} is gone.`);
    return readStored(JournalEntry, JSON.parse(text), `the journal entry ${index}`);
  }

  return {
    async read(runId, from = 0) {
      const keys = {
        expression: '#runId = :runId AND #index >= :from',
        values: { ':runId': runId, ':from': from },
      };
      const records: Promise<JournalRecord>[] = [];
      for await (const found of table.query({ keys })) {
        const row = rowOf(found);
        const { v, index, attempt } = row;
        records.push(entryOf(row).then((entry) => ({ v, index, attempt, entry })));
      }
      return Promise.all(records);
    },

    async put(runId: RunId, { v, index, attempt, entry }) {
      const text = JSON.stringify(entry);
      const isLong = Buffer.byteLength(text) > longestEntryBytes;
      const blob = `journal/${runId}/${index}-${attempt}`;
      // Before its pointer: an entry that nobody points to does no harm.
      if (isLong) await blobs.put(blob, text);
      const expiresAt = Math.ceil(options.now() / 1000) + lifetimeSeconds;
      const row = { runId, index, attempt, v, expiresAt, ...(isLong ? { blob } : { entry: text }) };
      if (await table.put(row, { expression: 'attribute_not_exists(#index)' })) return 'kept';
      const there = await table.get({ runId, index });
      return there && rowOf(there).attempt === attempt ? 'kept' : 'taken';
    },
  };
}
