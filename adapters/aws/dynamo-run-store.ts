import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Change, RunRecord } from '#core/domain/run-record.ts';
import { readStored } from '#core/domain/stored.ts';
import { unavailable } from '#core/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { Logger } from '#core/ports/logger.ts';
import type { RunStore } from '#core/ports/run-store.ts';
import type { RunId } from '#core/protocol/ids.ts';
import { createDynamoTable, type Row } from './dynamo-table.ts';
import {
  DueRow,
  dueShards,
  LiveRow,
  RequestRow,
  RowKey,
  RunRow,
  requestKey,
  requestRow,
  runKey,
  runRow,
} from './run-rows.ts';

/** Every lost race is another writer's win; a run has a handful of writers. */
const mostRaces = 50;
/** How long the sweep is not shown again what only a later version can read. */
const leftAloneMs = 300_000;

/** The records of runs on DynamoDB. Each row carries a revision, and a write is conditional on the one that was read. */
export function createDynamoRunStore(options: {
  client: DynamoDBClient;
  table: string;
  now: Clock;
  logger: Logger;
}): RunStore {
  const table = createDynamoTable(options.client, options.table);
  const ifNew = { expression: 'attribute_not_exists(#pk)' };

  async function rowOf(runId: RunId): Promise<RunRow | null> {
    const row = await table.get({ pk: runKey(runId) });
    return row && readStored(RunRow, row, `the record of ${runId}`);
  }

  async function requestOf(record: RunRecord): Promise<RequestRow | null> {
    const row = await table.get({ pk: requestKey(record) });
    return row && readStored(RequestRow, row, `the request of ${record.runId}`);
  }

  const rowsOf = (runIds: readonly RunId[]): Promise<Row[]> =>
    table.getMany([...new Set(runIds)].map((runId) => ({ pk: runKey(runId) })));

  async function getMany(runIds: readonly RunId[]): Promise<RunRecord[]> {
    const rows = await rowsOf(runIds);
    return rows.flatMap((row) => RunRow.safeParse(row).data?.record ?? []);
  }

  /** Keeps a row that cannot be read from being in the way of others in the index; its record stays as it is. */
  async function leaveAlone(row: Row): Promise<void> {
    const { pk, rev } = RowKey.parse(row);
    options.logger.warn({ row: pk }, 'a run record of a later version is left alone');
    const values = { ':later': options.now() + leftAloneMs };
    const isAsRead = { expression: '#rev = :rev AND attribute_exists(#dueAtMs)', values: { ':rev': rev } };
    await table.change({ pk }, { expression: 'SET #dueAtMs = :later', values }, isAsRead);
  }

  async function change<Answer>(runId: RunId, decide: (record: RunRecord) => Change<Answer>): Promise<Answer | null> {
    const writeId = randomUUID();
    let tried: { answer: Answer } | undefined;
    for (let races = 0; races < mostRaces; races += 1) {
      const row = await rowOf(runId);
      if (!row) return null;
      // A write whose reply was lost, and that the SDK repeated, looks like a lost race.
      if (tried && row.writeId === writeId) return tried.answer;
      const { record, answer } = decide(row.record);
      if (!record) return answer;
      const condition = { expression: '#rev = :rev', values: { ':rev': row.rev } };
      if (await table.put(runRow({ record, rev: row.rev + 1, writeId }), condition)) return answer;
      tried = { answer };
    }
    throw unavailable('The run store', new Error(`Lost ${mostRaces} races for ${runId}.`));
  }

  async function dueInShard(dueShard: string, beforeMs: number, limit: number): Promise<DueRow[]> {
    const values = { ':shard': dueShard, ':before': beforeMs };
    const keys = { expression: '#dueShard = :shard AND #dueAtMs < :before', values };
    const due: DueRow[] = [];
    for await (const row of table.query({ index: 'due', keys, limit, fields: '#pk, #dueAtMs' })) {
      due.push(DueRow.parse(row));
    }
    return due;
  }

  return {
    async create(record, input) {
      const isFirst = await table.put(requestRow(record, input, options.now()), ifNew);
      const kept = isFirst ? { record, input } : await requestOf(record);
      if (!kept) throw unavailable('The run store', new Error('The first request has just expired.'));
      // Also when the first call was cut off before it came this far.
      const isNew = await table.put(runRow({ record: kept.record, rev: 1, writeId: randomUUID() }), ifNew);
      const current = isNew ? kept.record : ((await rowOf(kept.record.runId))?.record ?? kept.record);
      return { record: current, input: kept.input, created: kept.record.runId === record.runId };
    },

    input: async (record) => (await requestOf(record))?.input,
    get: async (runId) => (await rowOf(runId))?.record ?? null,
    getMany,
    change,

    async listLive({ workspaceId, before, limit }) {
      const values = { ':workspace': workspaceId, ...(before && { ':before': runKey(before) }) };
      const keys = { expression: before ? '#liveIn = :workspace AND #pk < :before' : '#liveIn = :workspace', values };
      const runIds: RunId[] = [];
      for await (const row of table.query({ index: 'live', keys, limit, fields: '#pk', descending: true })) {
        runIds.push(LiveRow.parse(row));
      }
      const records = await getMany(runIds);
      return records.filter(({ settled }) => !settled).sort((a, b) => (a.runId < b.runId ? 1 : -1));
    },

    async listDue(beforeMs, limit) {
      const shards = await Promise.all(dueShards.map((shard) => dueInShard(shard, beforeMs, limit)));
      const oldest = shards
        .flat()
        .sort((a, b) => a.dueAtMs - b.dueAtMs)
        .slice(0, limit);
      // The index may be a moment behind its table.
      const rows = await rowsOf(oldest.map(({ runId }) => runId));
      const records: RunRecord[] = [];
      for (const row of rows) {
        const read = RunRow.safeParse(row);
        if (read.success) records.push(read.data.record);
        else await leaveAlone(row);
      }
      return records
        .filter(({ settled, dueAtMs }) => !settled && dueAtMs < beforeMs)
        .sort((a, b) => a.dueAtMs - b.dueAtMs);
    },
  };
}
