import type { Connection, ConnectionStore, TicketStore } from '#core/ports/connection-store.ts';
import type { StreamName } from '#core/ports/event-log.ts';

export function createMemoryConnectionStore(): ConnectionStore & TicketStore {
  const connections = new Map<string, Connection>();
  const listeners = new Map<StreamName, Set<string>>();
  const tickets = new Map<string, { holder: Omit<Connection, 'connectionId'>; validUntilMs: number }>();

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
    async subscribe(connectionId, stream) {
      listeners.set(stream, (listeners.get(stream) ?? new Set()).add(connectionId));
    },
    async unsubscribe(connectionId, stream) {
      listeners.get(stream)?.delete(connectionId);
    },
    subscribers: async (stream) => [...(listeners.get(stream) ?? [])],

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
