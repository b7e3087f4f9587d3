import { createHash } from 'node:crypto';
import * as z from 'zod';
import { RunRecord } from '#core/domain/run-record.ts';
import { ClientRequestId, RunId, UserId } from '#core/protocol/ids.ts';
import { MessageInput } from '#core/protocol/socket.ts';
import type { Row } from './dynamo-table.ts';

const json = z.string().transform((text): unknown => JSON.parse(text));
const lifetimeSeconds = 30 * 24 * 60 * 60;

/** A run. `rev` counts the writes, and `writeId` names the last one. */
export const RunRow = z.object({ record: json.pipe(RunRecord), rev: z.number(), writeId: z.string() });
export type RunRow = z.infer<typeof RunRow>;

/** What any version's row has. */
export const RowKey = z.object({ pk: z.string(), rev: z.number() });

/** What was asked first under a clientRequestId. */
export const RequestRow = z.object({ record: json.pipe(RunRecord), input: json.pipe(MessageInput).optional() });
export type RequestRow = z.infer<typeof RequestRow>;

/** What the index `due` is read for. */
export const DueRow = z
  .object({ pk: z.string(), dueAtMs: z.number() })
  .transform(({ pk, dueAtMs }) => ({ runId: RunId.parse(pk.slice(runKeyPrefix.length)), dueAtMs }));
export type DueRow = z.infer<typeof DueRow>;

/** What the index `live` is read for. */
export const LiveRow = z.object({ pk: z.string() }).transform(({ pk }) => RunId.parse(pk.slice(runKeyPrefix.length)));

const runKeyPrefix = 'run#';
export const runKey = (runId: RunId): string => `${runKeyPrefix}${runId}`;
type RequestName = Pick<RunRecord, 'userId' | 'clientRequestId'>;
export const requestKey = ({ userId, clientRequestId }: RequestName): string => `request#${userId}#${clientRequestId}`;

/** A run's row as far as it says under which request it began, of any version. */
export const RequestedRow = z.object({
  record: json.pipe(z.object({ userId: UserId, clientRequestId: ClientRequestId })),
});

/** Spreads the index `due`, so that no partition of it takes the writes of all runs. */
export const dueShards = ['0', '1', '2', '3', '4', '5', '6', '7'] as const;
const shardOf = (runId: RunId) => dueShards[(createHash('sha256').update(runId).digest()[0] ?? 0) % dueShards.length];

export const runRow = ({ record, rev, writeId }: RunRow): Row => ({
  pk: runKey(record.runId),
  record: JSON.stringify(record),
  rev,
  writeId,
  ...(!record.settled && {
    dueShard: shardOf(record.runId),
    dueAtMs: record.dueAtMs,
    liveIn: record.workspaceId,
  }),
  // A run may wait for a person for as long as that.
  expiresAt: Math.floor(Math.max(record.createdAtMs, record.dueAtMs) / 1000) + lifetimeSeconds,
});

export const requestRow = (record: RunRecord, input: MessageInput | undefined, nowMs: number): Row => ({
  pk: requestKey(record),
  record: JSON.stringify(record),
  input: input && JSON.stringify(input),
  expiresAt: Math.floor(nowMs / 1000) + lifetimeSeconds,
});
