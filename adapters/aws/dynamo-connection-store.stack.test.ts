import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectionStoreContract } from '#core/ports/connection-store.contract.ts';
import { newStream, newUserId } from '#core/ports/samples.contract.ts';
import { createDynamoConnectionStore } from './dynamo-connection-store.ts';
import { type DynamoStandIn, startDynamo } from './testing.ts';

const now = () => 1_800_000_000_000;

let dynamo: DynamoStandIn;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

async function createStore() {
  const table = await dynamo.createTable('connections');
  const scan = async () => (await dynamo.client.send(new ScanCommand({ TableName: table }))).Items ?? [];
  return { store: createDynamoConnectionStore({ client: dynamo.client, table, now }), scan };
}

connectionStoreContract('DynamoDB', async () => (await createStore()).store);

const holder = {
  kind: 'person' as const,
  userId: newUserId(),
  isAnonymous: false,
  email: null,
  issuedAtMs: now(),
  expiresAtMs: now(),
};

it('leaves no row of a closed connection, and lets every row expire by itself', async () => {
  const { store, scan } = await createStore();
  await store.open({ ...holder, connectionId: 'c1' });
  await store.subscribe({ connectionId: 'c1', expiresAtMs: now() }, newStream());
  const rows = await scan();

  await store.close('c1');

  expect(rows).toHaveLength(4);
  expect(new Set(rows.map((row) => row['expiresAt']?.N))).toEqual(new Set([String(now() / 1000 + 3 * 60 * 60)]));
  expect(await scan()).toEqual([]);
});

it('stores no ticket in the clear', async () => {
  const { store, scan } = await createStore();

  await store.issue('secret-ticket', holder, now());

  const rows = await scan();
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain('secret-ticket');
});
