import { setTimeout as delay } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { unavailable } from '#core/errors.ts';
import { answerOf, errorName, toPlatformError } from './errors.ts';

export type Row = Record<string, unknown>;

/** An expression of DynamoDB. Every attribute is written `#name`, so that reserved words need no care. */
export interface Expression {
  readonly expression: string;
  readonly values?: Row;
}

export interface Query {
  readonly keys: Expression;
  readonly index?: string;
  readonly descending?: boolean;
  /** At most this many rows; all by default. */
  readonly limit?: number;
  /** How many rows to fetch at first, where few are likely to be needed; each further page is four times as large. */
  readonly firstPage?: number;
  /** `#name, #name`; all attributes by default. */
  readonly fields?: string;
}

const largestBatch = { get: 100, write: 25 };
const mostRounds = 8;

/** One table with plain rows, consistent reads and translated errors. */
export function createDynamoTable(client: DynamoDBClient, name: string) {
  const answer = <Answer>(request: Promise<Answer>) => answerOf(`The table ${name}`, request);

  return {
    /** False when the condition did not hold. */
    put: (row: Row, condition?: Expression): Promise<boolean> =>
      unlessConditionFailed(
        name,
        client.send(
          new PutItemCommand({
            TableName: name,
            Item: toItem(row),
            ...(condition && { ConditionExpression: condition.expression, ...placeholders(condition) }),
          }),
        ),
      ),

    /** Changes attributes of a row, which it makes if need be, if a condition holds: the attributes as they are then, or null. */
    async change(key: Row, change: Expression, condition: Expression): Promise<Row | null> {
      const command = new UpdateItemCommand({
        TableName: name,
        Key: toItem(key),
        UpdateExpression: change.expression,
        ConditionExpression: condition.expression,
        ReturnValues: 'UPDATED_NEW',
        ...placeholders({
          expression: `${change.expression} ${condition.expression}`,
          values: { ...change.values, ...condition.values },
        }),
      });
      let changed: Row = {};
      const request = client.send(command).then(({ Attributes }) => {
        changed = Attributes ? unmarshall(Attributes) : {};
      });
      return (await unlessConditionFailed(name, request)) ? changed : null;
    },

    /** Changes attributes of a row that is there. False when it is not. */
    update: (key: Row, change: Expression, keyName: string): Promise<boolean> =>
      unlessConditionFailed(
        name,
        client.send(
          new UpdateItemCommand({
            TableName: name,
            Key: toItem(key),
            UpdateExpression: change.expression,
            ConditionExpression: `attribute_exists(#${keyName})`,
            ...placeholders({ ...change, expression: `${change.expression} #${keyName}` }),
          }),
        ),
      ),

    async get(key: Row): Promise<Row | null> {
      const { Item } = await answer(
        client.send(new GetItemCommand({ TableName: name, Key: toItem(key), ConsistentRead: true })),
      );
      return Item ? unmarshall(Item) : null;
    },

    /** Deletes a row and returns what it was: of several callers, one gets it. */
    async take(key: Row): Promise<Row | null> {
      const { Attributes } = await answer(
        client.send(new DeleteItemCommand({ TableName: name, Key: toItem(key), ReturnValues: 'ALL_OLD' })),
      );
      return Attributes ? unmarshall(Attributes) : null;
    },

    /** The rows in the order of their keys, fetched page by page as they are asked for. Indexes cannot be read consistently. */
    async *query({ keys, index, descending = false, limit, firstPage, fields }: Query): AsyncGenerator<Row> {
      let left = limit ?? Number.POSITIVE_INFINITY;
      let pageSize = firstPage ?? Number.POSITIVE_INFINITY;
      let from: QueryCommandInput['ExclusiveStartKey'];
      do {
        const most = Math.min(left, pageSize);
        const page = await answer(
          client.send(
            new QueryCommand({
              TableName: name,
              ...(index ? { IndexName: index } : { ConsistentRead: true }),
              KeyConditionExpression: keys.expression,
              ...(fields && { ProjectionExpression: fields }),
              ...placeholders({ ...keys, expression: `${keys.expression} ${fields ?? ''}` }),
              ScanIndexForward: !descending,
              ...(Number.isFinite(most) && { Limit: most }),
              ExclusiveStartKey: from,
            }),
          ),
        );
        for (const item of page.Items ?? []) yield unmarshall(item);
        pageSize *= 4;
        left -= page.Items?.length ?? 0;
        from = page.LastEvaluatedKey;
      } while (from && left > 0);
    },

    /**
     * Of so many rows behind a key, which need not be there, those that a filter lets pass; in the order of DynamoDB's hashes, which is none.
     * Behind the last there are none: another key may have more.
     */
    async some(given: { after: Row; rows: number; filter: Expression; fields: string }): Promise<Row[]> {
      const { after, rows, filter, fields } = given;
      const page = await answer(
        client.send(
          new ScanCommand({
            TableName: name,
            FilterExpression: filter.expression,
            ProjectionExpression: fields,
            ...placeholders({ ...filter, expression: `${filter.expression} ${fields}` }),
            ExclusiveStartKey: toItem(after),
            Limit: rows,
          }),
        ),
      );
      return (page.Items ?? []).map((item) => unmarshall(item));
    },

    /** The rows of these keys, in no order; unknown ones are missing. */
    async getMany(keys: readonly Row[]): Promise<Row[]> {
      const found: Row[] = [];
      for (const chunk of chunksOf(keys, largestBatch.get)) {
        let Keys = chunk.map(toItem);
        for (let round = 0; Keys.length > 0; round += 1) {
          await pauseBefore(name, round);
          const request = { RequestItems: { [name]: { Keys, ConsistentRead: true } } };
          const reply = await answer(client.send(new BatchGetItemCommand(request)));
          found.push(...(reply.Responses?.[name] ?? []).map((item) => unmarshall(item)));
          Keys = reply.UnprocessedKeys?.[name]?.Keys ?? [];
        }
      }
      return found;
    },

    /** Puts and deletes rows; not as one transaction. */
    async write(change: { put?: readonly Row[]; delete?: readonly Row[] }): Promise<void> {
      const requests: WriteRequest[] = [
        ...(change.put ?? []).map((row) => ({ PutRequest: { Item: toItem(row) } })),
        ...(change.delete ?? []).map((key) => ({ DeleteRequest: { Key: toItem(key) } })),
      ];
      for (const chunk of chunksOf(requests, largestBatch.write)) {
        let left: WriteRequest[] = chunk;
        for (let round = 0; left.length > 0; round += 1) {
          await pauseBefore(name, round);
          const reply = await answer(client.send(new BatchWriteItemCommand({ RequestItems: { [name]: left } })));
          left = reply.UnprocessedItems?.[name] ?? [];
        }
      }
    },
  };
}

const toItem = (row: Row) => marshall(row, { removeUndefinedValues: true });

function placeholders({ expression, values }: Expression) {
  const names = [...expression.matchAll(/#(\w+)/g)].map(([placeholder, attribute]) => [placeholder, attribute ?? '']);
  return {
    ExpressionAttributeNames: Object.fromEntries(names),
    ...(values && Object.keys(values).length > 0 && { ExpressionAttributeValues: toItem(values) }),
  };
}

async function unlessConditionFailed(name: string, request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (errorName(error) === 'ConditionalCheckFailedException') return false;
    throw toPlatformError(`The table ${name}`, error);
  }
}

/** What DynamoDB left undone of a batch is asked for again, more slowly each time. */
async function pauseBefore(name: string, round: number): Promise<void> {
  if (round === 0) return;
  if (round >= mostRounds) throw unavailable(`The table ${name}`, new Error('A batch was not finished.'));
  await delay(10 * 2 ** round);
}

function chunksOf<Element>(list: readonly Element[], size: number): Element[][] {
  const chunks: Element[][] = [];
  for (let start = 0; start < list.length; start += size) chunks.push(list.slice(start, start + size));
  return chunks;
}
