import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

/** A row of DynamoDB as it goes over the wire. */
export type WireRow = Record<string, AttributeValue>;

/**
 * A client of DynamoDB with these rows, in the order of their keys, for reading what other versions have written; what is put is
 * kept in `written`. It leaves a query's ranges open,
 * and updates nothing.
 */
export function rowStore(rows: readonly WireRow[]): { readonly client: DynamoDBClient; readonly written: WireRow[] } {
  const written: WireRow[] = [];
  const matching = (key: WireRow | undefined) => rows.filter((row) => Object.entries(key ?? {}).every(isIn(row)));
  const answer = (command: unknown): unknown => {
    if (command instanceof GetItemCommand) return { Item: matching(command.input.Key)[0] };
    if (command instanceof DeleteItemCommand) return { Attributes: matching(command.input.Key)[0] };
    if (command instanceof QueryCommand) {
      const { KeyConditionExpression = '', ExpressionAttributeValues = {}, ScanIndexForward } = command.input;
      const given = (name = '') => ExpressionAttributeValues[name];
      const equal = [...KeyConditionExpression.matchAll(/#(\w+) = (:\w+)/g)];
      const begun = [...KeyConditionExpression.matchAll(/begins_with\(#(\w+), (:\w+)\)/g)];
      const found = rows.filter(
        (row) =>
          equal.every(([, field = '', value]) => isSame(row[field], given(value))) &&
          begun.every(([, field = '', value]) => row[field]?.S?.startsWith(given(value)?.S ?? '')),
      );
      return { Items: ScanIndexForward === false ? found.toReversed() : found };
    }
    if (command instanceof BatchGetItemCommand) {
      const requests = Object.entries(command.input.RequestItems ?? {});
      const found = requests.map(([table, { Keys = [] }]) => [table, Keys.flatMap(matching)]);
      return { Responses: Object.fromEntries(found) };
    }
    if (command instanceof UpdateItemCommand)
      throw Object.assign(new Error('No condition holds.'), { name: 'ConditionalCheckFailedException' });
    if (command instanceof PutItemCommand) written.push(command.input.Item ?? {});
    if (command instanceof BatchWriteItemCommand)
      for (const requests of Object.values(command.input.RequestItems ?? {}))
        for (const { PutRequest } of requests) if (PutRequest?.Item) written.push(PutRequest.Item);
    return {};
  };
  const client = { send: async (command: unknown) => structuredClone(answer(command)) };
  return { client: client as unknown as DynamoDBClient, written };
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const isIn =
  (row: WireRow) =>
  ([name, value]: [string, unknown]) =>
    isSame(row[name], value);
