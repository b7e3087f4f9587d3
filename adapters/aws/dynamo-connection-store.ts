import { createHash } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Clock } from '#core/ports/clock.ts';
import { Connection, type ConnectionStore, type TicketStore } from '#core/ports/connection-store.ts';
import type { StreamName } from '#core/ports/event-log.ts';
import { createDynamoTable, type Row } from './dynamo-table.ts';

/** A socket lives two hours at most; what a lost disconnect leaves behind goes a little later. */
const lifetimeSeconds = 3 * 60 * 60;
const self = '-';

const connectionKey = (connectionId: string) => `connection#${connectionId}`;
const streamKey = (stream: string) => `stream#${stream}`;
const ticketKey = (ticket: string) => `ticket#${createHash('sha256').update(ticket).digest('hex')}`;

const SortKey = z.object({ sk: z.string() });
const Holder = Connection.omit({ connectionId: true });
const TicketRow = z.object({ holder: Holder, validUntilMs: z.number() });

/**
 * Who listens to what, on DynamoDB: (`connection#id`, `-`) is a connection; a subscription stands in two rows,
 * (`connection#id`, `stream#name`) to be found when the connection closes and (`stream#name`, id) to be pushed to.
 * (`ticket#sha256`, `-`) is a ticket; the ticket itself is not stored.
 */
export function createDynamoConnectionStore(options: {
  client: DynamoDBClient;
  table: string;
  now: Clock;
}): ConnectionStore & TicketStore {
  const table = createDynamoTable(options.client, options.table);
  const expiresAt = () => Math.floor(options.now() / 1000) + lifetimeSeconds;
  const subscriptionKeys = (connectionId: string, stream: string): [Row, Row] => [
    { pk: connectionKey(connectionId), sk: streamKey(stream) },
    { pk: streamKey(stream), sk: connectionId },
  ];

  async function sortKeys(pk: string): Promise<string[]> {
    const keys = { expression: '#pk = :pk', values: { ':pk': pk } };
    const found: string[] = [];
    for await (const row of table.query({ keys, fields: '#sk' })) found.push(SortKey.parse(row).sk);
    return found;
  }

  return {
    async open(connection) {
      const key = { pk: connectionKey(connection.connectionId), sk: self };
      await table.put({ ...key, ...connection, expiresAt: expiresAt() });
    },

    async get(connectionId) {
      const row = await table.get({ pk: connectionKey(connectionId), sk: self });
      return row && Connection.parse(row);
    },

    async refresh(connectionId, expiresAtMs) {
      const change = { expression: 'SET #expiresAtMs = :expiresAtMs', values: { ':expiresAtMs': expiresAtMs } };
      await table.update({ pk: connectionKey(connectionId), sk: self }, change, 'pk');
    },

    async close(connectionId) {
      const pk = connectionKey(connectionId);
      const rows = (await sortKeys(pk)).flatMap((sk) =>
        sk === self ? [{ pk, sk }] : subscriptionKeys(connectionId, sk.slice(streamKey('').length)),
      );
      await table.write({ delete: rows });
    },

    async subscribe(connectionId, stream) {
      const rows = subscriptionKeys(connectionId, stream).map((key) => ({ ...key, expiresAt: expiresAt() }));
      await table.write({ put: rows });
    },

    async unsubscribe(connectionId, stream) {
      await table.write({ delete: subscriptionKeys(connectionId, stream) });
    },

    subscribers: (stream: StreamName) => sortKeys(streamKey(stream)),

    async issue(ticket, holder, validUntilMs) {
      const key = { pk: ticketKey(ticket), sk: self };
      await table.put({ ...key, holder, validUntilMs, expiresAt: Math.ceil(validUntilMs / 1000) });
    },

    async redeem(ticket, nowMs) {
      const row = await table.take({ pk: ticketKey(ticket), sk: self });
      const found = row && TicketRow.parse(row);
      return found && nowMs <= found.validUntilMs ? found.holder : null;
    },
  };
}
