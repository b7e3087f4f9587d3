import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { expect, it } from 'vitest';
import { sampleRecord } from '#core/ports/samples.contract.ts';
import { createMemoryLogger } from '../memory/memory-logger.ts';
import { createAwsEraser } from './aws-eraser.ts';
import { createDynamoRunStore } from './dynamo-run-store.ts';

const tables = { log: 'log', runs: 'runs', journal: 'journal', counters: 'counters' };

/** A table of runs, whose second deletion fails, beside others that are empty. */
function tableOfRuns() {
  const rows = new Map<unknown, NonNullable<PutItemCommand['input']['Item']>>();
  let deletes = 0;
  const client = {
    async send(command: unknown) {
      if (command instanceof QueryCommand) return { Items: [] };
      if (command instanceof PutItemCommand) rows.set(command.input.Item?.['pk']?.S, command.input.Item ?? {});
      if (command instanceof GetItemCommand) return { Item: rows.get(command.input.Key?.['pk']?.S) };
      if (command instanceof DeleteItemCommand && command.input.TableName === tables.runs) {
        deletes += 1;
        if (deletes === 2) throw new Error('cut');
        rows.delete(command.input.Key?.['pk']?.S);
      }
      return {};
    },
  } as unknown as DynamoDBClient;
  const texts = () => JSON.stringify([...rows.values()].map((row) => unmarshall(row)));
  return { client, rows, texts };
}

it('takes the message away that a run was asked with, also when it was cut off before the rest', async () => {
  const { client, rows, texts } = tableOfRuns();
  const now = () => 1_800_000_000_000;
  const runs = createDynamoRunStore({ client, table: tables.runs, now, logger: createMemoryLogger([]) });
  const s3 = { send: async () => ({}) } as unknown as S3Client;
  const eraser = createAwsEraser({ dynamo: client, s3, bucket: 'texts', tables });
  const [mine, theirs] = [sampleRecord(), sampleRecord()];
  await runs.create(mine, { text: 'My secret.' });
  await runs.create(theirs, { text: 'Their secret.' });

  await expect(eraser.run(mine.runId)).rejects.toThrow();
  await eraser.run(mine.runId);

  expect(texts()).not.toContain('My secret.');
  expect(texts()).toContain('Their secret.');
  expect(rows.size).toBe(2);
});
