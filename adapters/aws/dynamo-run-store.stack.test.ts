import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryLogger } from '#adapters/memory/memory-logger.ts';
import { claim } from '#core/domain/run-lease.ts';
import { runStoreContract } from '#core/ports/run-store.contract.ts';
import type { RunStore } from '#core/ports/run-store.ts';
import { sampleRecord } from '#core/ports/samples.contract.ts';
import { createDynamoRunStore } from './dynamo-run-store.ts';
import { type DynamoStandIn, type Observer, observe, startDynamo } from './testing.ts';

const now = () => 1_800_000_000_000;
const logger = createMemoryLogger([]);
const worker = { owner: 'one', nowMs: now(), leaseMs: 60_000 };

let dynamo: DynamoStandIn;

beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

runStoreContract('DynamoDB', async () =>
  createDynamoRunStore({ client: dynamo.client, table: await dynamo.createTable('runs'), now, logger }),
);

describe('the run store on DynamoDB', () => {
  let store: RunStore;
  let network: Observer;

  beforeEach(async () => {
    const client = dynamo.newClient();
    network = observe(client);
    store = createDynamoRunStore({ client, table: await dynamo.createTable('runs'), now, logger });
  });

  it('needs two writes for a new run, and a read and a write for a change', async () => {
    const { record } = await store.create(sampleRecord(), { text: 'Hello' });
    expect(network.sent()).toEqual(['PutItem', 'PutItem']);
    await store.change(record.runId, (current) => claim(current, worker));
    expect(network.sent()).toEqual(['GetItem', 'PutItem']);
  });

  it('completes a run whose first request was cut off between its two writes', async () => {
    const record = sampleRecord();
    const { userId, clientRequestId } = record;
    // The second write and its repetitions.
    network.before('PutItem', async () => network.before('PutItem', async () => network.loseRequests('PutItem', 3)));
    await expect(store.create(record, { text: 'first' })).rejects.toMatchObject({ code: 'unavailable' });
    expect(await store.get(record.runId)).toBeNull();

    const kept = await store.create(sampleRecord({ userId, clientRequestId }), { text: 'second' });

    expect(kept).toEqual({ record, input: { text: 'first' }, created: false });
    expect(await store.get(record.runId)).toEqual(record);
  });

  it('knows a run as its own when only the replies got lost', async () => {
    const record = sampleRecord();
    network.loseReplies('PutItem', 1);

    expect(await store.create(record, { text: 'Hello' })).toEqual({ record, input: { text: 'Hello' }, created: true });
  });

  it('gives the answer of a change whose reply got lost, and does not decide again', async () => {
    const { record } = await store.create(sampleRecord(), undefined);
    network.loseReplies('PutItem', 1);

    const answer = await store.change(record.runId, (current) => claim(current, worker));

    expect(answer).toMatchObject({ kind: 'claimed', record: { attempt: 1 } });
    expect(await store.get(record.runId)).toMatchObject({ attempt: 1 });
  });

  it('decides again when another writer came between', async () => {
    const { record } = await store.create(sampleRecord(), undefined);
    const other = { ...worker, owner: 'two' };
    network.before('PutItem', () => store.change(record.runId, (current) => claim(current, other)));

    const answer = await store.change(record.runId, (current) => claim(current, worker));

    expect(answer).toEqual({ kind: 'held', untilMs: worker.nowMs + worker.leaseMs });
  });
});
