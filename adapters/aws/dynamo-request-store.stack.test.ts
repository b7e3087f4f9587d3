import { afterAll, beforeAll } from 'vitest';
import { requestStoreContract } from '#core/ports/request-store.contract.ts';
import { createDynamoRequestStore } from './dynamo-request-store.ts';
import { type DynamoStandIn, startDynamo } from './testing.ts';

let dynamo: DynamoStandIn;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

requestStoreContract('DynamoDB', async () =>
  createDynamoRequestStore({
    client: dynamo.client,
    table: await dynamo.createTable('runs'),
    now: () => 1_800_000_000_000,
  }),
);
