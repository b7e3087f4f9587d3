import * as z from 'zod';
import { stored } from '#core/domain/stored.ts';
import { PlatformError } from '#core/errors.ts';
import type { Batch, StreamName } from '#core/ports/event-log.ts';
import { AnyEnvelope } from '#core/protocol/event.ts';
import type { Row } from './dynamo-table.ts';

/** Items of DynamoDB end at 400 KB; this leaves room for the other attributes. */
const maxEventsBytes = 300 * 1024;

/** Where a segment stands, and whose it is. Its form is stored: later versions must be able to read it. */
export const SegmentKey = z.object({ seq: z.number(), count: z.number(), batchId: z.string() });
export type SegmentKey = z.infer<typeof SegmentKey>;
export const segmentKeyFields = '#seq, #count, #batchId';

/** What readers make of it may be written into Postgres: nothing is to be lost on the way. */
const StoredEnvelope = stored(AnyEnvelope);

const Segment = SegmentKey.extend({
  at: z.string(),
  runId: z.string().optional(),
  attempt: z.number().optional(),
  /** The events as one JSON array. */
  events: z.string().transform((text): unknown => JSON.parse(text)),
}).transform(({ seq, at, runId, attempt, events }) =>
  z
    .array(z.unknown())
    .parse(events)
    .map((event, index) => StoredEnvelope.parse({ seq: seq + index, at, runId, attempt, event })),
);

/** The envelopes of a stored segment. */
export const readSegment = (row: Row): AnyEnvelope[] => Segment.parse(row);

export const endOf = (segment: SegmentKey): number => segment.seq + segment.count - 1;

export interface NewSegment {
  readonly stream: StreamName;
  readonly seq: number;
  readonly batch: Batch;
  /** The batch's events as JSON. */
  readonly events: string;
  readonly at: string;
  readonly writerId: string;
  readonly expiresAt: number;
}

export const segmentRow = ({ stream, seq, batch, events, at, writerId, expiresAt }: NewSegment): Row => ({
  stream,
  seq,
  count: batch.events.length,
  events,
  at,
  runId: batch.runId,
  attempt: batch.attempt,
  batchId: batch.batchId,
  writerId,
  ...(mayExpire(batch) && { expiresAt }),
});

export const envelopesOf = (batch: Batch, seq: number, at: string): AnyEnvelope[] =>
  batch.events.map((event, index) => ({
    seq: seq + index,
    at,
    ...(batch.runId && { runId: batch.runId }),
    ...(batch.attempt !== undefined && { attempt: batch.attempt }),
    event,
  }));

/** The batch's events as JSON. Errors: `input_too_large`. */
export function encodeEvents(batch: Batch): string {
  const events = JSON.stringify(batch.events);
  if (Buffer.byteLength(events) <= maxEventsBytes) return events;
  throw new PlatformError('input_too_large', `A batch of events is larger than ${maxEventsBytes / 1024} KB.`);
}

const ends: ReadonlySet<string> = new Set(['run.completed', 'run.failed', 'run.cancelled']);

/**
 * Only what a worker writes in the middle of a run may expire. Its end, and what others write, stays: the last segment of a
 * stream holds its number, and a stream that lost it would begin again at 1.
 */
const mayExpire = (batch: Batch): boolean =>
  batch.attempt !== undefined && !batch.events.some((event) => ends.has(event.type));
