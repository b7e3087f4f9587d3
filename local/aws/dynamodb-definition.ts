// Which tables the DynamoDB stand-in has.
import * as z from 'zod';

const KeyAttribute = z.strictObject({ name: z.string(), type: z.enum(['S', 'N', 'B']).default('S') });
type KeyAttribute = z.infer<typeof KeyAttribute>;

const IndexDefinition = z.strictObject({
  indexName: z.string(),
  partitionKey: KeyAttribute,
  sortKey: KeyAttribute.optional(),
  projection: z.enum(['ALL', 'KEYS_ONLY']).default('ALL'),
});

/** A table that is billed on demand, in the words of CDK's `Table`. */
export const TableDefinition = z.strictObject({
  tableName: z.string(),
  partitionKey: KeyAttribute,
  sortKey: KeyAttribute.optional(),
  globalIndexes: z.array(IndexDefinition).default([]),
});
export type TableDefinition = z.infer<typeof TableDefinition>;

export const DynamoDbArgument = z.strictObject({
  port: z.int().min(0).max(65_535),
  /** Without it nothing is kept. */
  dataFolder: z.string().optional(),
  tables: z.array(TableDefinition).default([]),
});
/** What the parent passes to `dynamodb.ts`. */
export type DynamoDbArgument = z.input<typeof DynamoDbArgument>;

/** The input of CreateTable. */
export function createTableInput(table: TableDefinition): Record<string, unknown> {
  const keyed = [table, ...table.globalIndexes];
  const attributes = keyed.flatMap(({ partitionKey, sortKey }) => (sortKey ? [partitionKey, sortKey] : [partitionKey]));
  const types = new Map(attributes.map(({ name, type }) => [name, type]));
  return {
    TableName: table.tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: keySchema(table),
    ...(table.globalIndexes.length > 0 && { GlobalSecondaryIndexes: table.globalIndexes.map(indexInput) }),
  };
}

/** What an existing table lacks or has differently, as text for a person; undefined when it fits. */
export function describeMismatch(table: TableDefinition, existing: Record<string, unknown>): string | undefined {
  const wanted = createTableInput(table);
  if (keyText(existing['KeySchema']) !== keyText(wanted['KeySchema'])) return 'its key has changed';
  const present = new Map(indexesOf(existing).map((index) => [index['IndexName'], index]));
  for (const index of indexesOf(wanted)) {
    const found = present.get(index['IndexName']);
    if (!found || keyText(found['KeySchema']) !== keyText(index['KeySchema']))
      return `the index ${index['IndexName']} is new or has changed`;
  }
  return undefined;
}

function indexInput(index: z.infer<typeof IndexDefinition>): Record<string, unknown> {
  return { IndexName: index.indexName, KeySchema: keySchema(index), Projection: { ProjectionType: index.projection } };
}

function keySchema(keys: { partitionKey: KeyAttribute; sortKey?: KeyAttribute | undefined }): object[] {
  const hash = { AttributeName: keys.partitionKey.name, KeyType: 'HASH' };
  return keys.sortKey ? [hash, { AttributeName: keys.sortKey.name, KeyType: 'RANGE' }] : [hash];
}

function indexesOf(table: Record<string, unknown>): Record<string, unknown>[] {
  const indexes = table['GlobalSecondaryIndexes'];
  return Array.isArray(indexes) ? indexes : [];
}

function keyText(schema: unknown): string {
  const keys = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() })).parse(schema);
  return keys
    .map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`)
    .toSorted()
    .join();
}
