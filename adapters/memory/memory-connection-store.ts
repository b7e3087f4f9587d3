import type { Principal } from '#core/domain/principal.ts';
import type { Connection, ConnectionStore, TicketStore } from '#core/ports/connection-store.ts';
import type { StreamName } from '#core/ports/event-log.ts';
import type { SessionStore } from '#core/ports/session-store.ts';
import type { UserId } from '#core/protocol/ids.ts';

export function createMemoryConnectionStore(): ConnectionStore & TicketStore & SessionStore {
  const connections = new Map<string, Connection>();
  const listeners = new Map<StreamName, Map<string, number>>();
  const tickets = new Map<string, { holder: Principal; validUntilMs: number }>();
  const revocations = new Map<UserId, number>();

  return {
    async open(connection) {
      connections.set(connection.connectionId, { ...connection });
    },
    get: async (connectionId) => structuredClone(connections.get(connectionId) ?? null),
    async refresh(connectionId, expiresAtMs) {
      const connection = connections.get(connectionId);
      if (connection) connections.set(connectionId, { ...connection, expiresAtMs });
    },
    async close(connectionId) {
      connections.delete(connectionId);
      for (const connectionIds of listeners.values()) connectionIds.delete(connectionId);
    },
    async subscribe({ connectionId, expiresAtMs }, stream) {
      listeners.set(stream, (listeners.get(stream) ?? new Map()).set(connectionId, expiresAtMs));
    },
    async unsubscribe(connectionId, stream) {
      listeners.get(stream)?.delete(connectionId);
    },
    subscribers: async (stream) =>
      [...(listeners.get(stream) ?? [])].map(([connectionId, expiresAtMs]) => ({ connectionId, expiresAtMs })),
    ofUser: async (userId) =>
      [...connections.values()].filter((each) => each.userId === userId).map(({ connectionId }) => connectionId),

    someExpired: async (beforeMs, rows) =>
      [...connections.values()]
        .filter(({ expiresAtMs }) => expiresAtMs < beforeMs)
        .slice(0, rows)
        .map(({ connectionId }) => connectionId),

    async revoke(userId, beforeMs) {
      revocations.set(userId, Math.max(beforeMs, revocations.get(userId) ?? 0));
    },
    revokedBefore: async (userId) => revocations.get(userId) ?? null,

    async issue(ticket, holder, validUntilMs) {
      tickets.set(ticket, { holder: { ...holder }, validUntilMs });
    },
    async redeem(ticket, nowMs) {
      const found = tickets.get(ticket);
      tickets.delete(ticket);
      return found && nowMs <= found.validUntilMs ? found.holder : null;
    },
  };
}
