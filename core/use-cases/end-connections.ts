import type { ConnectionStore } from '../ports/connection-store.ts';
import type { SocketGateway } from '../ports/socket-gateway.ts';
import type { ApiKeyId, UserId } from '../protocol/ids.ts';

export interface EndDeps {
  readonly connections: ConnectionStore;
  readonly sockets: SocketGateway;
}

/**
 * Ends a socket from here: nothing more goes out to it, and it has to connect, and show who it is, anew. It is forgotten first:
 * should the gateway not answer, it is open still, and deaf.
 */
export async function endConnection({ connections, sockets }: EndDeps, connectionId: string): Promise<void> {
  await connections.close(connectionId);
  await sockets.close(connectionId);
}

/**
 * Ends a user's sockets after their rights have changed; with `apiKeyId`, only those of that key. Whoever still belongs
 * somewhere connects again within a second and is asked anew for every stream.
 */
export async function endConnections(deps: EndDeps, userId: UserId, apiKeyId?: ApiKeyId): Promise<void> {
  for (const connectionId of await deps.connections.ofUser(userId)) {
    const connection = await deps.connections.get(connectionId);
    const isMeant = apiKeyId === undefined || (connection?.kind === 'service' && connection.apiKeyId === apiKeyId);
    if (isMeant) await endConnection(deps, connectionId);
  }
}
