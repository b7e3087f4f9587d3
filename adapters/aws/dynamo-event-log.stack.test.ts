import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventLogContract } from '#core/ports/event-log.contract.ts';
import type { Batch, EventLog } from '#core/ports/event-log.ts';
import { newId, newStream, notice } from '#core/ports/samples.contract.ts';
import type { Event } from '#core/protocol/event.ts';
import { createDynamoEventLog } from './dynamo-event-log.ts';
import { type DynamoStandIn, type Observer, observe, startDynamo } from './testing.ts';

const nowMs = 1_800_000_000_000;
const day = 24 * 60 * 60;

let dynamo: DynamoStandIn;
let table: string;

beforeAll(async () => {
  dynamo = await startDynamo();
  table = await dynamo.createTable('log');
});
afterAll(() => dynamo.stop());

eventLogContract(
  'DynamoDB',
  async () => () => createDynamoEventLog({ client: dynamo.client, table, now: () => nowMs }),
);

describe('the log on DynamoDB', () => {
  let log: EventLog;
  let other: EventLog;
  let network: Observer;

  beforeEach(() => {
    const client = dynamo.newClient();
    network = observe(client);
    log = createDynamoEventLog({ client, table, now: () => nowMs, writerId: 'one' });
    other = createDynamoEventLog({ client: dynamo.client, table, now: () => nowMs });
  });

  it('needs one PutItem for an append, and a Query for the first one', async () => {
    const stream = newStream();

    await log.append(stream, batch('a'));
    expect(network.sent()).toEqual(['Query', 'PutItem']);
    await log.append(stream, batch('b', 3));
    await log.append(stream, { ...batch('c'), searchAfter: 4 });
    expect(network.sent()).toEqual(['PutItem', 'PutItem']);
  });

  it('needs one Query more when another writer came between', async () => {
    const stream = newStream();
    await log.append(stream, batch('a'));
    await other.append(stream, batch('b', 2));
    network.sent();

    const [added] = await log.append(stream, batch('c'));

    expect(added?.seq).toBe(4);
    expect(network.sent()).toEqual(['PutItem', 'Query', 'PutItem']);
  });

  it('needs one Query to read on from the end of a segment, and to tell the head', async () => {
    const stream = newStream();
    await log.append(stream, batch('a', 3));
    await log.append(stream, batch('b', 3));
    network.sent();

    await log.read(stream, 0, 100);
    await log.read(stream, 3, 100);
    await log.head(stream);

    expect(network.sent()).toEqual(['Query', 'Query', 'Query']);
  });

  it('recognises its own put when the reply got lost and the SDK repeats it', async () => {
    const stream = newStream();
    await log.append(stream, batch('a'));
    network.loseReplies('PutItem', 1);

    const [added] = await log.append(stream, batch('b'));

    expect(added?.seq).toBe(2);
    expect(await log.head(stream)).toBe(2);
  });

  it('recognises it also when others wrote before the repetition', async () => {
    const stream = newStream();
    await log.append(stream, batch('a'));
    network.loseReplies('PutItem', 1);
    network.before('Query', () => other.append(stream, batch('c', 2)));

    const [added] = await log.append(stream, batch('b'));

    expect(added?.seq).toBe(2);
    expect(await log.head(stream)).toBe(4);
  });

  it.each(['loseReplies', 'loseRequests'] as const)(
    'is unavailable when nothing answers (%s), and the same batch sent again is in the log once',
    async (trouble) => {
      const stream = newStream();
      await log.append(stream, batch('a'));
      network[trouble]('PutItem', 3);

      await expect(log.append(stream, batch('b', 2))).rejects.toMatchObject({ code: 'unavailable' });
      const added = await log.append(stream, batch('b', 2));

      expect(added.map(({ seq }) => seq)).toEqual([2, 3]);
      expect(await log.head(stream)).toBe(3);
    },
  );

  it('finds an unanswered batch behind what it and others have written since', async () => {
    const stream = newStream();
    await log.append(stream, batch('a'));
    network.loseReplies('PutItem', 3);
    await expect(log.append(stream, batch('b', 2))).rejects.toMatchObject({ code: 'unavailable' });
    await log.append(stream, batch('c'));
    await other.append(stream, batch('d'));
    await log.append(stream, batch('e'));

    const added = await log.append(stream, batch('b', 2));

    expect(added.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(await log.head(stream)).toBe(6);
  });

  it('lets what a worker writes in mid-run expire, and keeps its end', async () => {
    const stream = newStream();
    const ofRun = { runId: newId('run'), attempt: 1 };
    const usage = { modelCalls: 1, inputTokens: 1, cachedInputTokens: 0, outputTokens: 1, reasoningTokens: 0 };
    const end: Event = { type: 'run.completed', usage };

    await log.append(stream, batch('queued'));
    await log.append(stream, { ...batch('delta'), ...ofRun });
    await log.append(stream, { batchId: 'end', events: [end], ...ofRun });

    expect(await Promise.all([1, 2, 3].map(async (seq) => (await segmentAt(stream, seq))?.['expiresAt']))).toEqual([
      undefined,
      nowMs / 1000 + 90 * day,
      undefined,
    ]);
    expect(await segmentAt(stream, 2)).toMatchObject({ writerId: 'one', batchId: 'delta', count: 1, attempt: 1 });
  });

  it('counts on and reads what is left after old segments have expired', async () => {
    const stream = newStream();
    for (const id of ['a', 'b', 'c']) await log.append(stream, batch(id, 2));
    const Key = marshall({ stream, seq: 3 });
    await dynamo.client.send(new DeleteItemCommand({ TableName: table, Key }));

    const [added] = await other.append(stream, batch('d'));

    expect(added?.seq).toBe(7);
    expect((await log.read(stream, 0, 100)).map(({ seq }) => seq)).toEqual([1, 2, 5, 6, 7]);
    expect((await log.read(stream, 3, 100)).map(({ seq }) => seq)).toEqual([5, 6, 7]);
  });

  it('keeps the place of an event that a newer version wrote', async () => {
    const stream = newStream();
    await log.append(stream, batch('a'));
    const events = JSON.stringify([{ type: 'hologram.shown', size: 3 }, notice('known')]);
    const newer = { stream, seq: 2, count: 2, batchId: 'newer', at: '2030-01-01T00:00:00.000Z', events, mood: 'good' };
    await dynamo.client.send(new PutItemCommand({ TableName: table, Item: marshall(newer) }));

    const [added] = await log.append(stream, batch('b'));

    expect(added?.seq).toBe(4);
    expect((await log.read(stream, 1, 10)).map(({ seq, event }) => [seq, event.type])).toEqual([
      [2, 'hologram.shown'],
      [3, 'notice'],
      [4, 'notice'],
    ]);
  });

  async function segmentAt(stream: string, seq: number) {
    const { Item } = await dynamo.client.send(new GetItemCommand({ TableName: table, Key: marshall({ stream, seq }) }));
    return Item && unmarshall(Item);
  }
});

const batch = (batchId: string, count = 1): Batch => ({
  batchId,
  events: Array.from({ length: count }, (_, index) => notice(`${batchId} ${index}`)),
});
