// The DynamoDB stand-in, in its own process: `node local/aws/dynamodb.ts '{"port":…,"dataFolder":…,"tables":[…]}'`.
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import * as z from 'zod';
import { callAwsJson } from './aws-json.ts';
import { type Served, serveAsChild } from './child-entry.ts';
import { createTableInput, DynamoDbArgument, describeMismatch } from './dynamodb-definition.ts';
import { refuseBrowsers } from './loopback.ts';

async function start(argument: unknown): Promise<Served> {
  const { port, dataFolder, tables } = DynamoDbArgument.parse(argument);
  if (dataFolder) await mkdir(dataFolder, { recursive: true });
  const server = dynalite({
    ...(dataFolder && { path: dataFolder }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  refuseBrowsers(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call = (operation: string, input: object) =>
    callAwsJson({ url, name: 'dynamodb', target: 'DynamoDB_20120810', version: '1.0' }, operation, input);
  const describe = async (TableName: string) =>
    z.object({ Table: z.record(z.string(), z.unknown()) }).parse(await call('DescribeTable', { TableName })).Table;
  for (const table of tables) {
    try {
      await call('CreateTable', createTableInput(table));
    } catch (error) {
      if (!(error instanceof Error && error.name === 'ResourceInUseException')) throw error;
      const mismatch = describeMismatch(table, await describe(table.tableName));
      if (mismatch) throw new Error(`table ${table.tableName} in ${dataFolder} is from another version: ${mismatch}`);
    }
    while ((await describe(table.tableName))['TableStatus'] !== 'ACTIVE') await new Promise(setImmediate);
  }
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    await closed;
  };
  return { url, stop };
}

await serveAsChild('dynamodb', start);
