import { createHash, randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { Principal } from '#core/domain/principal.ts';
import { readStored } from '#core/domain/stored.ts';
import type { Clock } from '#core/ports/clock.ts';
import { Connection, type ConnectionStore, type TicketStore } from '#core/ports/connection-store.ts';
import type { SessionStore } from '#core/ports/session-store.ts';
import { UserId } from '#core/protocol/ids.ts';
import { createDynamoTable, type Row } from './dynamo-table.ts';

/** A socket lives two hours at most; what a lost disconnect leaves behind goes a little later. */
const lifetimeSeconds = 3 * 60 * 60;
/** Longer than any access token is good for. */
const revocationSeconds = 24 * 60 * 60;
const self = '-';

const connectionKey = (connectionId: string) => `connection#${connectionId}`;
const streamKey = (stream: string) => `stream#${stream}`;
const userKey = (userId: UserId) => `user#${userId}`;
const ticketKey = (ticket: string) => `ticket#${createHash('sha256').update(ticket).digest('hex')}`;

const SortKey = z.object({ sk: z.string() });
const SubscriberRow = z.object({ sk: z.string(), expiresAtMs: z.number().default(0) });
const OwnKey = z.object({ pk: z.string() });
const OwnRow = z.object({ sk: z.string(), userId: UserId.optional() });
const TicketRow = z.object({ holder: Principal, validUntilMs: z.number() });
const RevocationRow = z.object({ revokedBeforeMs: z.number() });

/**
 * Who listens to what, on DynamoDB: (`connection#id`, `-`) is a connection; a subscription stands in two rows,
 * (`connection#id`, `stream#name`) to be found when the connection closes and (`stream#name`, id) to be pushed to.
 * (`user#id`, connection id) finds a user's connections, and (`user#id`, `-`) says which tokens were revoked.
 * (`ticket#sha256`, `-`) is a ticket; the ticket itself is not stored.
 */
export function createDynamoConnectionStore(options: {
  client: DynamoDBClient;
  table: string;
  now: Clock;
}): ConnectionStore & TicketStore & SessionStore {
  const table = createDynamoTable(options.client, options.table);
  const expiresAt = () => Math.floor(options.now() / 1000) + lifetimeSeconds;
  const subscriptionKeys = (connectionId: string, stream: string): [Row, Row] => [
    { pk: connectionKey(connectionId), sk: streamKey(stream) },
    { pk: streamKey(stream), sk: connectionId },
  ];

  /** The rows of a partition, with the fields that are wanted. */
  async function rowsOf<Schema extends z.ZodType>(
    pk: string,
    schema: Schema,
    fields: string,
  ): Promise<z.infer<Schema>[]> {
    const found: z.infer<Schema>[] = [];
    const keys = { expression: '#pk = :pk', values: { ':pk': pk } };
    for await (const row of table.query({ keys, fields })) found.push(schema.parse(row));
    return found;
  }

  return {
    async open(connection) {
      const { connectionId, userId } = connection;
      const key = { pk: connectionKey(connectionId), sk: self };
      const found = { pk: userKey(userId), sk: connectionId, expiresAt: expiresAt() };
      await table.write({ put: [{ ...key, ...connection, expiresAt: expiresAt() }, found] });
    },

    async get(connectionId) {
      const row = await table.get({ pk: connectionKey(connectionId), sk: self });
      return row && readStored(Connection, row, 'a connection');
    },

    async refresh(connectionId, expiresAtMs) {
      const change = { expression: 'SET #expiresAtMs = :expiresAtMs', values: { ':expiresAtMs': expiresAtMs } };
      await table.update({ pk: connectionKey(connectionId), sk: self }, change, 'pk');
    },

    async close(connectionId) {
      const pk = connectionKey(connectionId);
      const rows = await rowsOf(pk, OwnRow, '#sk, #userId');
      const keys = rows.flatMap(({ sk, userId }) => {
        if (sk !== self) return subscriptionKeys(connectionId, sk.slice(streamKey('').length));
        return [{ pk, sk }, ...(userId ? [{ pk: userKey(userId), sk: connectionId }] : [])];
      });
      await table.write({ delete: keys });
    },

    async subscribe({ connectionId, expiresAtMs }, stream) {
      const rows = subscriptionKeys(connectionId, stream).map((key) => ({
        ...key,
        expiresAtMs,
        expiresAt: expiresAt(),
      }));
      await table.write({ put: rows });
    },

    async unsubscribe(connectionId, stream) {
      await table.write({ delete: subscriptionKeys(connectionId, stream) });
    },

    async subscribers(stream) {
      const rows = await rowsOf(streamKey(stream), SubscriberRow, '#sk, #expiresAtMs');
      return rows.map(({ sk, expiresAtMs }) => ({ connectionId: sk, expiresAtMs }));
    },

    async ofUser(userId) {
      const rows = await rowsOf(userKey(userId), SortKey, '#sk');
      return rows.map(({ sk }) => sk).filter((sk) => sk !== self);
    },

    async someExpired(beforeMs, rows) {
      const filter = {
        expression: '#sk = :self AND begins_with(#pk, :connection) AND #expiresAtMs < :before',
        values: { ':self': self, ':connection': connectionKey(''), ':before': beforeMs },
      };
      const found = await table.some({
        after: { pk: connectionKey(randomUUID()), sk: self },
        rows,
        filter,
        fields: '#pk',
      });
      return found.map((row) => OwnKey.parse(row).pk.slice(connectionKey('').length));
    },

    async revoke(userId, beforeMs) {
      const key = { pk: userKey(userId), sk: self };
      const expiry = Math.ceil(beforeMs / 1000) + revocationSeconds;
      await table.put(
        { ...key, revokedBeforeMs: beforeMs, expiresAt: expiry },
        { expression: 'attribute_not_exists(#revokedBeforeMs) OR #revokedBeforeMs < :ms', values: { ':ms': beforeMs } },
      );
    },

    async revokedBefore(userId) {
      const row = await table.get({ pk: userKey(userId), sk: self });
      return row && RevocationRow.parse(row).revokedBeforeMs;
    },

    async issue(ticket, holder, validUntilMs) {
      const key = { pk: ticketKey(ticket), sk: self };
      await table.put({ ...key, holder, validUntilMs, expiresAt: Math.ceil(validUntilMs / 1000) });
    },

    async redeem(ticket, nowMs) {
      const row = await table.take({ pk: ticketKey(ticket), sk: self });
      const found = row && readStored(TicketRow, row, 'a ticket');
      return found && nowMs <= found.validUntilMs ? found.holder : null;
    },
  };
}
