import { afterAll, beforeAll } from 'vitest';
import { threadOutboxContract } from '#core/ports/thread-outbox.contract.ts';
import { createDynamoThreadOutbox } from './dynamo-thread-outbox.ts';
import { type DynamoStandIn, startDynamo } from './testing.ts';

let dynamo: DynamoStandIn;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

threadOutboxContract('DynamoDB', async () =>
  createDynamoThreadOutbox({
    client: dynamo.client,
    table: await dynamo.createTable('runs'),
    now: () => 1_800_000_000_000,
  }),
);
