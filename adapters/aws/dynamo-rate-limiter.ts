import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { intervalOf, leewayOf, verdictOf } from '#core/domain/rate-limit.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { RateLimiter } from '#core/ports/rate-limiter.ts';
import { createDynamoTable } from './dynamo-table.ts';

const Bucket = z.object({ fullAtMs: z.number() });

/**
 * Buckets on DynamoDB: one row each, with the time at which it is full again. A quiet caller costs one conditional write, a
 * busy one two, and one who is refused a read as well.
 */
export function createDynamoRateLimiter(options: { client: DynamoDBClient; table: string; now: Clock }): RateLimiter {
  const table = createDynamoTable(options.client, options.table);

  return {
    async take(limit, whom) {
      const nowMs = options.now();
      const key = { pk: `rate#${limit.name}#${whom}`, sk: '-' };
      const interval = intervalOf(limit);
      const expiresAt = Math.ceil(nowMs / 1000) + limit.seconds + 60;
      const wasFull = await table.change(
        key,
        {
          expression: 'SET #fullAtMs = :next, #expiresAt = :expiresAt',
          values: { ':next': nowMs + interval, ':expiresAt': expiresAt },
        },
        { expression: 'attribute_not_exists(#fullAtMs) OR #fullAtMs <= :now', values: { ':now': nowMs } },
      );
      if (wasFull) return verdictOf(limit, nowMs + interval, true, nowMs);
      const taken = await table.change(
        key,
        {
          expression: 'ADD #fullAtMs :interval SET #expiresAt = :expiresAt',
          values: { ':interval': interval, ':expiresAt': expiresAt },
        },
        { expression: '#fullAtMs <= :latest', values: { ':latest': nowMs + leewayOf(limit) } },
      );
      if (taken) return verdictOf(limit, Bucket.parse(taken).fullAtMs, true, nowMs);
      const row = await table.get(key);
      return verdictOf(limit, row ? Bucket.parse(row).fullAtMs : nowMs, false, nowMs);
    },
  };
}
