import { describe, expect, it } from 'vitest';
import { createTableInput, describeMismatch, TableDefinition } from './dynamodb-definition.ts';

const log = TableDefinition.parse({
  tableName: 'log',
  partitionKey: { name: 'stream' },
  sortKey: { name: 'seq', type: 'N' },
  globalIndexes: [{ indexName: 'byRun', partitionKey: { name: 'runId' }, sortKey: { name: 'seq', type: 'N' } }],
});

describe('table definitions', () => {
  it('name each key attribute once', () => {
    expect(createTableInput(log)).toEqual({
      TableName: 'log',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'stream', AttributeType: 'S' },
        { AttributeName: 'seq', AttributeType: 'N' },
        { AttributeName: 'runId', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'stream', KeyType: 'HASH' },
        { AttributeName: 'seq', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byRun',
          KeySchema: [
            { AttributeName: 'runId', KeyType: 'HASH' },
            { AttributeName: 'seq', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
  });

  it('fit an existing table with the same keys and at least the same indexes', () => {
    const existing = createTableInput(log);

    expect(describeMismatch(log, existing)).toBeUndefined();
    expect(describeMismatch({ ...log, globalIndexes: [] }, existing)).toBeUndefined();
  });

  it('do not fit a table with another key or without their index', () => {
    const existing = createTableInput({ ...log, globalIndexes: [] });

    expect(describeMismatch(log, existing)).toBe('the index byRun is new or has changed');
    expect(describeMismatch({ ...log, sortKey: undefined }, existing)).toBe('its key has changed');
  });
});
