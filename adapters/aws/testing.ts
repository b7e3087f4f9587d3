// What the stack tests of this folder share: the stand-ins of DynamoDB and SQS, and a look at what is asked of them.
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { vi } from 'vitest';
import { type TableDefinition, tables } from '#core/tables.ts';
import { startChild } from '#local/aws/start-child.ts';
import { type AwsClients, createAwsClients } from './clients.ts';

/** Points new clients at the given services, as the environment of a process does. */
export function localClients(urls: {
  dynamo?: string;
  sqs?: string;
  s3?: string;
  socketEndpoint?: string;
}): AwsClients {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  if (urls.dynamo) vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', urls.dynamo);
  if (urls.s3) vi.stubEnv('AWS_ENDPOINT_URL_S3', urls.s3);
  if (urls.sqs) vi.stubEnv('AWS_ENDPOINT_URL_SQS', urls.sqs);
  return createAwsClients({ region: 'us-east-1', socketEndpoint: urls.socketEndpoint });
}

export interface DynamoStandIn {
  readonly client: DynamoDBClient;
  /** Another client of the same tables. */
  newClient(): DynamoDBClient;
  /** A new, empty table and its name. */
  createTable(kind: keyof typeof tables): Promise<string>;
  stop(): Promise<void>;
}

export async function startDynamo(): Promise<DynamoStandIn> {
  const child = await startChild(new URL('../../local/aws/dynamodb.ts', import.meta.url), { port: 0 });
  const newClient = () => localClients({ dynamo: child.url }).dynamo;
  const client = newClient();
  const createTable = async (kind: keyof typeof tables) => {
    const TableName = `${kind}-${crypto.randomUUID()}`;
    await client.send(new CreateTableCommand(tableInput(TableName, tables[kind])));
    while ((await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus !== 'ACTIVE');
    return TableName;
  };
  return { client, newClient, createTable, stop: () => child.stop() };
}

function tableInput(TableName: string, table: TableDefinition): CreateTableCommandInput {
  const schemaOf = ({ partitionKey, sortKey }: Pick<TableDefinition, 'partitionKey' | 'sortKey'>) => [
    { AttributeName: partitionKey.name, KeyType: 'HASH' as const },
    ...(sortKey ? [{ AttributeName: sortKey.name, KeyType: 'RANGE' as const }] : []),
  ];
  const keys = [table, ...table.indexes].flatMap(({ partitionKey, sortKey }) =>
    sortKey ? [partitionKey, sortKey] : [partitionKey],
  );
  const indexes = table.indexes.map((index) => ({
    IndexName: index.name,
    KeySchema: schemaOf(index),
    Projection: { ProjectionType: 'KEYS_ONLY' as const },
  }));
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: keys.map(({ name, type }) => ({ AttributeName: name, AttributeType: type })),
    KeySchema: schemaOf(table),
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
  };
}

export interface Observer {
  /** The commands that were sent since the last call, attempt by attempt. */
  sent(): string[];
  /** The next requests of this kind are carried out, but their replies get lost. */
  loseReplies(command: string, count: number): void;
  /** The next requests of this kind get lost themselves. */
  loseRequests(command: string, count: number): void;
  /** Calls `act` just before the next request of this kind goes out. */
  before(command: string, act: () => Promise<unknown>): void;
}

/** Stands between a client and the network, below the SDK's own repetitions. */
export function observe(client: DynamoDBClient): Observer {
  let sent: string[] = [];
  const lost = { reply: new Map<string, number>(), request: new Map<string, number>() };
  const acts = new Map<string, () => Promise<unknown>>();
  const take = (counts: Map<string, number>, command: string): boolean => {
    const left = counts.get(command) ?? 0;
    counts.set(command, left - 1);
    return left > 0;
  };
  const cut = () => Object.assign(new Error('The connection was cut.'), { name: 'TimeoutError' });

  client.middlewareStack.add(
    (next, context) => async (request) => {
      const command = String(context['commandName']).replace(/Command$/, '');
      const act = acts.get(command);
      acts.delete(command);
      await act?.();
      sent.push(command);
      if (take(lost.request, command)) throw cut();
      if (!take(lost.reply, command)) return next(request);
      await Promise.allSettled([next(request)]);
      throw cut();
    },
    { step: 'finalizeRequest', priority: 'low', name: 'observe' },
  );
  return {
    sent: () => {
      const commands = sent;
      sent = [];
      return commands;
    },
    loseReplies: (command, count) => void lost.reply.set(command, count),
    loseRequests: (command, count) => void lost.request.set(command, count),
    before: (command, act) => void acts.set(command, act),
  };
}
