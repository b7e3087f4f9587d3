import { createHash } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { readStored } from '#core/domain/stored.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { HeldCall, SpendCounters } from '#core/ports/spend-counters.ts';
import type { SpendCall } from '#core/ports/spend-guard.ts';
import { RunId } from '#core/protocol/ids.ts';
import { createDynamoTable } from './dynamo-table.ts';

const Rates = z.object({ input: z.number(), cachedInput: z.number(), output: z.number() });
const Price = Rates.extend({
  validFrom: z.string().nullable(),
  above: Rates.extend({ inputTokens: z.number() }).optional(),
  source: z.enum(['list', 'workspace', 'free']),
});
const CallRow = z
  .object({
    runId: RunId,
    callId: z.string(),
    amountMicroUsd: z.number(),
    price: Price,
    counters: z.array(z.string()),
    costMicroUsd: z.number().optional(),
    isDone: z.boolean().optional(),
  })
  .transform(({ costMicroUsd, isDone = false, ...call }): HeldCall & { isDone: boolean } => ({
    ...call,
    isDone,
    ...(costMicroUsd !== undefined && { costMicroUsd }),
  }));
const CounterRow = z.looseObject({ pk: z.string(), committed: z.number() });
const AllowanceRow = z.object({ limitMicroUsd: z.number().nullable() });

const lifetimeMs = 30 * 24 * 3_600_000;
const counterKey = (key: string) => ({ pk: `spend#${key}`, sk: '-' });
const callKey = ({ runId, callId }: SpendCall) => ({ pk: `run#${runId}`, sk: `call#${callId}` });
const allowanceKey = (runId: RunId, limit: string) => ({ pk: `run#${runId}`, sk: `allow#${limit}` });

/** The attribute of a counter in which a call's amount stands while it is reserved. Short: the row carries one for each call under way. */
const holdOf = ({ runId, callId }: SpendCall): string =>
  `h${createHash('sha256').update(`${runId} ${callId}`).digest('hex').slice(0, 16)}`;

/**
 * Counters on DynamoDB. `committed` and the mark of the call that changes it are written by one conditional update, so a
 * request that was repeated, by the SDK or by another worker, changes nothing the second time.
 */
export function createDynamoSpendCounters(options: {
  client: DynamoDBClient;
  table: string;
  now: Clock;
}): SpendCounters {
  const table = createDynamoTable(options.client, options.table);
  const expiresAt = (timeMs = options.now() + lifetimeMs) => Math.ceil(timeMs / 1000);

  async function callOf(call: SpendCall): Promise<HeldCall | null> {
    const row = await table.get(callKey(call));
    if (!row) return null;
    const { isDone: _, ...kept } = readStored(CallRow, row, 'a call that holds money');
    return kept;
  }

  return {
    async open(call) {
      const row = { ...callKey(call), ...call, counters: [...call.counters], expiresAt: expiresAt() };
      const isNew = await table.put(row, { expression: 'attribute_not_exists(#pk)' });
      return isNew ? call : ((await callOf(call)) ?? call);
    },

    call: callOf,

    async begin(key, committed, expiresAtMs) {
      const row = { ...counterKey(key), committed, ...(expiresAtMs && { expiresAt: expiresAt(expiresAtMs) }) };
      await table.put(row, { expression: 'attribute_not_exists(#pk)' });
    },

    async hold(key, call, amount, limit) {
      const mark = holdOf(call);
      const isHeld = await table.change(
        counterKey(key),
        { expression: `ADD #committed :amount SET #${mark} = :amount`, values: { ':amount': amount } },
        {
          expression: `attribute_exists(#committed) AND attribute_not_exists(#${mark})${limit === null ? '' : ' AND #committed <= :room'}`,
          ...(limit !== null && { values: { ':room': limit - amount } }),
        },
      );
      if (isHeld) return { kind: 'held' };
      const row = await table.get(counterKey(key));
      if (!row) return { kind: 'unknown' };
      const counter = CounterRow.parse(row);
      return mark in counter ? { kind: 'held' } : { kind: 'full', committedMicroUsd: counter.committed };
    },

    async close(call, costMicroUsd) {
      const change = { expression: 'SET #costMicroUsd = :cost', values: { ':cost': costMicroUsd } };
      const condition = { expression: 'attribute_exists(#pk) AND attribute_not_exists(#costMicroUsd)' };
      await table.change(callKey(call), change, condition);
      return callOf(call);
    },

    async replace(key, call, costMicroUsd) {
      const mark = holdOf(call);
      const values = { ':difference': costMicroUsd - call.amountMicroUsd };
      const change = { expression: `ADD #committed :difference REMOVE #${mark}`, values };
      await table.change(counterKey(key), change, { expression: `attribute_exists(#${mark})` });
    },

    async done(call) {
      const change = { expression: 'SET #isDone = :true', values: { ':true': true } };
      await table.change(callKey(call), change, { expression: 'attribute_exists(#pk)' });
    },

    forget: (call) => table.write({ delete: [callKey(call)] }),

    async unfinished(runId) {
      const keys = {
        expression: '#pk = :pk AND begins_with(#sk, :call)',
        values: { ':pk': `run#${runId}`, ':call': 'call#' },
      };
      const found: HeldCall[] = [];
      for await (const row of table.query({ keys })) {
        const { isDone, ...call } = readStored(CallRow, row, 'a call that holds money');
        if (!isDone) found.push(call);
      }
      return found;
    },

    async allow(runId, limit, limitMicroUsd) {
      await table.put({ ...allowanceKey(runId, limit), limitMicroUsd, expiresAt: expiresAt() });
    },

    async allowance(runId, limit) {
      const row = await table.get(allowanceKey(runId, limit));
      return row ? AllowanceRow.parse(row).limitMicroUsd : undefined;
    },

    async committed(keys) {
      const rows = await table.getMany([...new Set(keys)].map(counterKey));
      return new Map(
        rows.map((row) => CounterRow.parse(row)).map(({ pk, committed }) => [pk.slice('spend#'.length), committed]),
      );
    },
  };
}
