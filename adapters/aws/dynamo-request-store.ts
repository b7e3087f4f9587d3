import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { unavailable } from '#core/errors.ts';
import type { Clock } from '#core/ports/clock.ts';
import type { RequestStore } from '#core/ports/request-store.ts';
import { createDynamoTable } from './dynamo-table.ts';

const RequestRow = z.object({ asked: z.string(), id: z.string() });

/** How long a request is known by its key. */
const lifetimeSeconds = 7 * 24 * 60 * 60;

/** Requests in the table of runs, beside those that start runs. */
export function createDynamoRequestStore(options: { client: DynamoDBClient; table: string; now: Clock }): RequestStore {
  const table = createDynamoTable(options.client, options.table);
  return {
    async reserve(request) {
      const { userId, clientRequestId, asked, id } = request;
      const key = { pk: `once#${userId}#${clientRequestId}` };
      const expiresAt = Math.floor(options.now() / 1000) + lifetimeSeconds;
      if (await table.put({ ...key, asked, id, expiresAt }, { expression: 'attribute_not_exists(#pk)' }))
        return request;
      const kept = await table.get(key);
      if (!kept) throw unavailable('The store of requests', new Error('The first request has just expired.'));
      return { userId, clientRequestId, ...RequestRow.parse(kept) };
    },
  };
}
