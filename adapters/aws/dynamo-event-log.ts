import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createLruCache, type LruCache } from '#core/domain/lru-cache.ts';
import { unavailable } from '#core/errors.ts';
import { type Clock, timestamp } from '#core/ports/clock.ts';
import type { Batch, EventLog, StreamName } from '#core/ports/event-log.ts';
import type { AnyEnvelope } from '#core/protocol/event.ts';
import { createDynamoTable } from './dynamo-table.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import { encodeEvents, endOf, envelopesOf, readSegment, SegmentKey, segmentKeyFields, segmentRow } from './segment.ts';

/** What a writer knows of a stream. */
interface Tail {
  /** The newest seq that it has seen. */
  readonly seq: number;
  /** Its batches whose put was not answered, each with the seq before it: they may have landed after that. */
  readonly unanswered: LruCache<number>;
}

const rememberedStreams = 1_000;
const rememberedBatches = 100;
/** Every lost race is another writer's win, so this many in a row mean that something is wrong. */
const mostRaces = 500;
const daySeconds = 24 * 60 * 60;

/**
 * The log on DynamoDB. One item is a segment: the events seq … seq + count - 1 of one batch. Its put is conditional on the
 * key being free, and every segment begins right after the one before it, so a writer with a stale tail always collides:
 * no gap and no overlap, without a counter. An append is one PutItem on a warm stream and a Query more on a cold one.
 */
export function createDynamoEventLog(options: {
  client: DynamoDBClient;
  table: string;
  now: Clock;
  /** Written into each segment, for whoever looks at the table. */
  writerId?: string;
  ttlDays?: number;
  /** Told of each append that another writer has come before. */
  onConflict?: () => void;
}): EventLog {
  const { now, writerId = randomUUID(), ttlDays = 90, onConflict = () => {} } = options;
  const table = createDynamoTable(options.client, options.table);
  const tails = createLruCache<Tail>(rememberedStreams);
  const inTurn = createKeyedQueue();

  async function append(stream: StreamName, batch: Batch): Promise<AnyEnvelope[]> {
    const events = encodeEvents(batch);
    const known = tails.get(stream);
    const unanswered = known?.unanswered ?? createLruCache<number>(rememberedBatches);
    const remember = (seq: number) => tails.set(stream, { seq, unanswered });
    let tail = known?.seq;
    let searchAfter = earlier(batch.searchAfter, unanswered.get(batch.batchId));

    for (let races = 0; races < mostRaces; races += 1) {
      if (tail === undefined || (searchAfter !== undefined && searchAfter !== tail)) {
        const { end, landed } = await lookBack(stream, searchAfter, batch.batchId);
        remember(end);
        unanswered.delete(batch.batchId);
        if (landed) return readAt(stream, landed);
        tail = end;
      }
      const at = timestamp(now());
      const seq = tail + 1;
      const expiresAt = Math.floor(now() / 1000) + ttlDays * daySeconds;
      const row = segmentRow({ stream, seq, batch, events, at, writerId, expiresAt });
      try {
        if (await table.put(row, { expression: 'attribute_not_exists(#stream)' })) {
          remember(tail + batch.events.length);
          unanswered.delete(batch.batchId);
          return envelopesOf(batch, seq, at);
        }
      } catch (error) {
        unanswered.set(batch.batchId, tail);
        remember(tail);
        throw error;
      }
      onConflict();
      searchAfter = tail;
      tail = undefined;
    }
    throw unavailable('The log', new Error(`Lost ${mostRaces} races for the end of ${stream}.`));
  }

  /**
   * The end of a stream and, if one of the segments after `after` holds the batch, where that begins. Reads from the newest
   * segment backwards; without `after` only that one.
   */
  async function lookBack(
    stream: StreamName,
    after = Number.POSITIVE_INFINITY,
    batchId?: string,
  ): Promise<{ end: number; landed?: number }> {
    let end = 0;
    const segments = table.query({
      keys: { expression: '#stream = :stream', values: { ':stream': stream } },
      descending: true,
      firstPage: after === Number.POSITIVE_INFINITY ? 1 : 10,
      fields: segmentKeyFields,
    });
    for await (const row of segments) {
      const segment = SegmentKey.parse(row);
      end = Math.max(end, endOf(segment));
      if (segment.batchId === batchId) return { end, landed: segment.seq };
      if (segment.seq <= after) break;
    }
    return { end };
  }

  async function readAt(stream: StreamName, seq: number): Promise<AnyEnvelope[]> {
    const row = await table.get({ stream, seq });
    if (!row) throw unavailable('The log', new Error(`The segment ${seq} of ${stream} has just expired.`));
    return readSegment(row);
  }

  async function read(stream: StreamName, after: number, limit: number): Promise<AnyEnvelope[]> {
    const values = { ':stream': stream, ':after': after };
    const found: AnyEnvelope[] = [];
    const later = { keys: { expression: '#stream = :stream AND #seq > :after', values }, limit };
    for await (const row of table.query(later)) {
      found.push(...readSegment(row));
      if (found.length >= limit) break;
    }
    // Readers mostly stop at the end of a segment. If not, the rest of theirs stands in the one that began before.
    if (after > 0 && found[0]?.seq !== after + 1) {
      const before = { expression: '#stream = :stream AND #seq <= :after', values };
      for await (const row of table.query({ keys: before, descending: true, limit: 1 })) {
        found.unshift(...readSegment(row).filter(({ seq }) => seq > after));
      }
    }
    const last = found.at(-1);
    if (last && found.length < limit) rememberEnd(stream, last.seq);
    return found.slice(0, limit);
  }

  /** A reader that came to the end knows the tail too. If it is stale by then, the next put collides and looks back. */
  function rememberEnd(stream: StreamName, seq: number): void {
    const known = tails.get(stream);
    if (seq <= (known?.seq ?? 0)) return;
    tails.set(stream, { seq, unanswered: known?.unanswered ?? createLruCache<number>(rememberedBatches) });
  }

  return {
    append: async (stream, batch) => (batch.events.length === 0 ? [] : inTurn(stream, () => append(stream, batch))),
    read: async (stream, after, limit) => (limit < 1 ? [] : read(stream, after, limit)),
    head: async (stream) => {
      const { end } = await lookBack(stream);
      rememberEnd(stream, end);
      return end;
    },
  };
}

const earlier = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
