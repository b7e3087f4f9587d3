import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { readStored } from '#core/domain/stored.ts';
import { unavailable } from '#core/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import { ThreadChange, type ThreadOutbox } from '#core/ports/thread-outbox.ts';
import { createDynamoTable } from './dynamo-table.ts';

const ChangeRow = z
  .object({
    change: z
      .string()
      .transform((text): unknown => JSON.parse(text))
      .pipe(ThreadChange),
    dueShard: z.string().optional(),
    dueAtMs: z.number().optional(),
  })
  .transform(({ change, dueShard, dueAtMs = change.dueAtMs }) => ({ change, dueAtMs, isDone: dueShard === undefined }));

const Key = z.object({ pk: z.string() });

/** How long a change is known by its id. */
const lifetimeSeconds = 7 * 24 * 60 * 60;
/** Beside the shards of runs, in the same index. */
const dueShard = 'threads';
const keyOf = (id: string) => ({ pk: `thread#${id}` });

/** Changes of threads in the table of runs: what is not done stands in its index `due`. */
export function createDynamoThreadOutbox(options: { client: DynamoDBClient; table: string; now: Clock }): ThreadOutbox {
  const table = createDynamoTable(options.client, options.table);

  return {
    async put(change) {
      const row = {
        ...keyOf(change.id),
        change: JSON.stringify(change),
        dueShard,
        dueAtMs: change.dueAtMs,
        expiresAt: Math.floor(options.now() / 1000) + lifetimeSeconds,
      };
      if (await table.put(row, { expression: 'attribute_not_exists(#pk)' })) return { change, isDone: false };
      const kept = await table.get(keyOf(change.id));
      if (!kept) throw unavailable('The outbox of threads', new Error('The first change has just expired.'));
      const known = readStored(ChangeRow, kept, `the change ${change.id} of a thread`);
      return { change: known.change, isDone: known.isDone };
    },

    async done(id) {
      const change = { expression: 'REMOVE #dueShard, #dueAtMs' };
      await table.change(keyOf(id), change, { expression: 'attribute_exists(#pk)' });
    },

    async postpone(id, dueAtMs) {
      const change = { expression: 'SET #dueAtMs = :due', values: { ':due': dueAtMs } };
      await table.change(keyOf(id), change, { expression: 'attribute_exists(#dueShard)' });
    },

    async listDue(beforeMs, limit) {
      const values = { ':shard': dueShard, ':before': beforeMs };
      const keys = { expression: '#dueShard = :shard AND #dueAtMs < :before', values };
      const due: { pk: string }[] = [];
      for await (const row of table.query({ index: 'due', keys, limit, fields: '#pk' })) due.push(Key.parse(row));
      // What only a later version can read stays for that one's sweep. The index may be a moment behind its table.
      const rows = (await table.getMany(due)).flatMap((row) => ChangeRow.safeParse(row).data ?? []);
      return rows
        .filter(({ isDone }) => !isDone)
        .sort((a, b) => a.dueAtMs - b.dueAtMs)
        .map(({ change }) => change);
    },
  };
}
