import { afterAll, beforeAll } from 'vitest';
import { spendCountersContract } from '#core/ports/spend-counters.contract.ts';
import { spendGuardContract } from '#core/ports/spend-guard.contract.ts';
import { createDynamoSpendCounters } from './dynamo-spend-counters.ts';
import { type DynamoStandIn, startDynamo } from './testing.ts';

let dynamo: DynamoStandIn;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

const newCounters = async () =>
  createDynamoSpendCounters({ client: dynamo.client, table: await dynamo.createTable('counters'), now: Date.now });

spendCountersContract('DynamoDB', newCounters);
spendGuardContract('DynamoDB', newCounters);
