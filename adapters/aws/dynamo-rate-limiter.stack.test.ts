import { afterAll, beforeAll } from 'vitest';
import { rateLimiterContract } from '#core/ports/rate-limiter.contract.ts';
import { createDynamoRateLimiter } from './dynamo-rate-limiter.ts';
import { type DynamoStandIn, startDynamo } from './testing.ts';

let dynamo: DynamoStandIn;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

rateLimiterContract('DynamoDB', async (now) =>
  createDynamoRateLimiter({ client: dynamo.client, table: await dynamo.createTable('counters'), now }),
);
