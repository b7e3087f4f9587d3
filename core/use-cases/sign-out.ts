import type { PersonPrincipal } from '../domain/principal.ts';
import type { ConnectionStore } from '../ports/connection-store.ts';
import type { IdentityProvider, SessionStore } from '../ports/session-store.ts';
import type { SocketGateway } from '../ports/socket-gateway.ts';
import type { Deps } from './deps.ts';
import { endConnections } from './end-connections.ts';

interface SignOutDeps extends Pick<Deps, 'minter' | 'now'> {
  readonly sessions: SessionStore;
  readonly identityProvider: IdentityProvider;
  readonly connections: ConnectionStore;
  readonly sockets: SocketGateway;
}

/**
 * Ends every session of a person. First none can be refreshed, then what was given out counts for nothing, then the open
 * sockets end; after a failure in between it may be called again. API keys go on: they are a workspace's.
 */
export async function signOutEverywhere(deps: SignOutDeps, caller: PersonPrincipal): Promise<void> {
  await deps.identityProvider.signOutEverywhere(await deps.minter.forUser(caller));
  await deps.sessions.revoke(caller.userId, deps.now());
  await endConnections(deps, caller.userId);
}
