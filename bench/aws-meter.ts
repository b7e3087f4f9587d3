import * as z from 'zod';
import { tables } from '#core/tables.ts';
import { type CountingProxy, type Exchange, startCountingProxy } from './counting-proxy.ts';
import { socketMessageBytes } from './prices.ts';

/** What would be on a bill. */
export interface Usage {
  /** Requests by service and operation. */
  readonly requests: Record<string, number>;
  writeUnits: number;
  readUnits: number;
  /** What of it is for each table of DynamoDB. */
  readonly tables: Record<string, TableUsage>;
  sqsRequests: number;
  /** Pushes to sockets, in pieces of 32 KB. */
  pushes: number;
  pushedBytes: number;
}

export interface TableUsage {
  readonly requests: number;
  readonly writeUnits: number;
  readonly readUnits: number;
}

/** Counts what the platform's processes ask of AWS. */
export interface AwsMeter {
  /** Point the platform at these and set their targets. */
  readonly dynamodb: CountingProxy;
  readonly sqs: CountingProxy;
  readonly sockets: CountingProxy;
  usage(): Usage;
  close(): void;
}

const Capacity = z.object({ CapacityUnits: z.number() });
const Answer = z.object({ ConsumedCapacity: z.union([Capacity, z.array(Capacity)]).optional() });
const Put = z.object({ Item: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** Counts only messages of this queue: another queue is polled whether there are runs or not. */
export async function startAwsMeter(queueName: string): Promise<AwsMeter> {
  const total: Usage = {
    requests: {},
    writeUnits: 0,
    readUnits: 0,
    tables: {},
    sqsRequests: 0,
    pushes: 0,
    pushedBytes: 0,
  };
  const count = (service: string, operation: string) => {
    const name = `${service} ${operation}`;
    total.requests[name] = (total.requests[name] ?? 0) + 1;
  };

  function countDynamo({ operation, request, answer }: Exchange): void {
    count('dynamodb', operation);
    const units = capacityOf(answer);
    const isRead = operation === 'Query' || operation === 'GetItem' || operation === 'BatchGetItem';
    const readUnits = isRead ? units : 0;
    const writeUnits = isRead ? 0 : units + (operation === 'PutItem' ? indexUnits(request) : 0);
    total.readUnits += readUnits;
    total.writeUnits += writeUnits;
    const table = tableIn(request);
    total.tables[table] = addUsage(total.tables[table] ?? unused, { requests: 1, readUnits, writeUnits });
  }

  const [dynamodb, sqs, sockets] = await Promise.all([
    startCountingProxy({ rewrite: askForCapacity, onExchange: countDynamo }),
    startCountingProxy({
      onExchange({ operation, request }) {
        if (!request.includes(queueName)) return;
        count('sqs', operation);
        total.sqsRequests += 1;
      },
    }),
    startCountingProxy({
      onExchange({ request }) {
        count('sockets', 'PostToConnection');
        total.pushes += Math.max(1, Math.ceil(request.length / socketMessageBytes));
        total.pushedBytes += request.length;
      },
    }),
  ]);
  return {
    dynamodb,
    sqs,
    sockets,
    usage: () => structuredClone(total),
    close() {
      for (const proxy of [dynamodb, sqs, sockets]) proxy.close();
    },
  };
}

const unused: TableUsage = { requests: 0, writeUnits: 0, readUnits: 0 };
const addUsage = (a: TableUsage, b: TableUsage, times = 1): TableUsage => ({
  requests: a.requests + times * b.requests,
  writeUnits: a.writeUnits + times * b.writeUnits,
  readUnits: a.readUnits + times * b.readUnits,
});

/** A request is for one table; a BatchGetItem names it as a key. */
const tableIn = (request: Buffer): string =>
  /"(?:TableName|RequestItems)":(?:\{)?"([\w-]+)"/.exec(request.toString('utf8'))?.[1] ?? 'unknown';

export const usageBetween = (before: Usage, after: Usage): Usage => ({
  requests: Object.fromEntries(
    Object.entries(after.requests).map(([name, number]) => [name, number - (before.requests[name] ?? 0)]),
  ),
  writeUnits: after.writeUnits - before.writeUnits,
  readUnits: after.readUnits - before.readUnits,
  tables: Object.fromEntries(
    Object.entries(after.tables).map(([name, usage]) => [name, addUsage(usage, before.tables[name] ?? unused, -1)]),
  ),
  sqsRequests: after.sqsRequests - before.sqsRequests,
  pushes: after.pushes - before.pushes,
  pushedBytes: after.pushedBytes - before.pushedBytes,
});

/** The store says by itself what a request would be billed, if it is asked to. */
const askForCapacity = (_operation: string, body: Buffer): Buffer =>
  Buffer.from(JSON.stringify({ ...JSON.parse(body.toString('utf8')), ReturnConsumedCapacity: 'TOTAL' }));

/** A write whose condition fails has no capacity in its answer, and is billed one unit for the small items that ours are. */
function capacityOf(answer: Buffer): number {
  const consumed = Answer.parse(JSON.parse(answer.toString('utf8'))).ConsumedCapacity;
  if (!consumed) return 1;
  return Array.isArray(consumed)
    ? consumed.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0)
    : consumed.CapacityUnits;
}

const indexKey = tables.runs.indexes[0].partitionKey.name;

/**
 * The stand-in leaves out what indexes cost: a run's row that stays in the index moves there, which is a delete and a put
 * (DynamoDB developer guide, "Using Global Secondary Indexes: write capacity"). One unit for each kilobyte, and the first
 * put and the last delete counted as one move.
 */
function indexUnits(request: Buffer): number {
  const { Item } = Put.parse(JSON.parse(request.toString('utf8')));
  if (!Item[indexKey]) return 0;
  return 2 * Math.ceil(JSON.stringify(Item).length / 1024);
}
