import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteObjectsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { readStored } from '#core/domain/stored.ts';
import { unavailable } from '#core/errors.ts';
import type { Eraser } from '#core/ports/eraser.ts';
import { createDynamoTable } from './dynamo-table.ts';
import { answerOf } from './errors.ts';
import { RequestedRow, requestKey, runKey } from './run-rows.ts';

const part = 'The object storage';
/** As many rows as are deleted at once, so that a long log is not read whole before any of it goes. */
const rowsAtOnce = 250;

interface Options {
  readonly dynamo: DynamoDBClient;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly tables: Readonly<Record<'log' | 'runs' | 'journal' | 'counters', string>>;
}

/** Deletes rows of DynamoDB and objects of S3. */
export function createAwsEraser({ dynamo, s3, bucket, tables }: Options): Eraser {
  const [log, runs, journal, counters] = [tables.log, tables.runs, tables.journal, tables.counters].map((name) =>
    createDynamoTable(dynamo, name),
  ) as [Table, Table, Table, Table];

  /** Every row of a partition, from its end: a stream that is cut off in the middle has no gap. */
  async function partition(table: Table, name: string, value: string, sortKey: string): Promise<void> {
    const keys = { expression: `#${name} = :value`, values: { ':value': value } };
    for (;;) {
      const rows = [];
      const query = { keys, fields: `#${name}, #${sortKey}`, descending: true, limit: rowsAtOnce };
      for await (const row of table.query(query)) rows.push(row);
      if (rows.length === 0) return;
      await table.write({ delete: rows });
    }
  }

  async function texts(prefix: string): Promise<void> {
    for (;;) {
      const page = await answerOf(part, s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix })));
      const Objects = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
      if (Objects.length === 0) return;
      const request = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
      const { Errors = [] } = await answerOf(part, s3.send(request));
      if (Errors[0]) throw unavailable(part, new Error(`${Errors[0].Key}: ${Errors[0].Code}`));
    }
  }

  return {
    texts,
    stream: (stream) => partition(log, 'stream', stream, 'seq'),
    async run(runId) {
      await texts(`journal/${runId}/`);
      await partition(journal, 'runId', runId, 'index');
      await partition(counters, 'pk', `run#${runId}`, 'sk');
      await counters.take({ pk: `spend#${runId}`, sk: '-' });
      const row = await runs.get({ pk: runKey(runId) });
      if (!row) return;
      // What was asked for it: the message itself. First, because only the run's row leads to it.
      const { record } = readStored(RequestedRow, row, `the record of ${runId}`);
      await runs.take({ pk: requestKey(record) });
      await runs.take({ pk: runKey(runId) });
    },
    async counter(key) {
      await counters.take({ pk: `spend#${key}`, sk: '-' });
    },
  };
}

type Table = ReturnType<typeof createDynamoTable>;
