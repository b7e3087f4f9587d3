import { notFound } from '#core/errors.ts';
import type { ApiKeyStore } from '#core/ports/api-key-store.ts';
import type { BlobStore } from '#core/ports/blob-store.ts';
import type { TicketStore } from '#core/ports/connection-store.ts';
import type { Directory } from '#core/ports/directory.ts';
import type { Journal } from '#core/ports/journal.ts';
import type { RequestStore } from '#core/ports/request-store.ts';
import type { IdentityProvider, SessionStore } from '#core/ports/session-store.ts';
import type { SocketGateway } from '#core/ports/socket-gateway.ts';
import type { ThreadOutbox } from '#core/ports/thread-outbox.ts';
import type { ToolGrantStore } from '#core/ports/tool-grant-store.ts';
import { cancelRun } from '#core/use-cases/cancel-run.ts';
import type { CredentialDeps } from '#core/use-cases/credentials.ts';
import type { Deps, Spending, Team } from '#core/use-cases/deps.ts';
import type { KillDeps } from '#core/use-cases/kill-run.ts';
import type { ListModelsDeps } from '#core/use-cases/list-models.ts';
import { threadSnapshot, threadStream } from '#core/use-cases/load-thread.ts';
import type { OwnProjectDeps } from '#core/use-cases/own-project.ts';
import type { RateLimits } from '#core/use-cases/rate-limits.ts';
import { readEvents } from '#core/use-cases/read-events.ts';
import { startRun } from '#core/use-cases/start-run.ts';
import { createThread, deleteThread, renameThread } from '#core/use-cases/threads.ts';
import { issueTicket } from '#core/use-cases/tickets.ts';
import { createAgentHandlers } from './agent-handlers.ts';
import { createCatalogHandlers } from './catalog-handlers.ts';
import { createCredentialHandlers } from './credential-handlers.ts';
import { createGuidanceHandlers } from './guidance-handlers.ts';
import { health } from './health.ts';
import { createIdentityHandlers } from './identity-handlers.ts';
import { createOwnProjectHandlers } from './own-project-handlers.ts';
import type { RouteHandlers } from './router.ts';
import { createRunHandlers } from './run-handlers.ts';
import { createUsageHandlers } from './usage-handlers.ts';
import { createWorkspaceHandlers } from './workspace-handlers.ts';

export interface ApiDeps extends Deps, Spending, Team, CredentialDeps, ListModelsDeps, OwnProjectDeps {
  readonly directory: Directory;
  readonly apiKeys: ApiKeyStore;
  readonly sessions: SessionStore;
  readonly identityProvider: IdentityProvider;
  readonly sockets: SocketGateway;
  readonly tickets: TicketStore;
  readonly limits: RateLimits;
  readonly toolGrants: ToolGrantStore;
  readonly threadOutbox: ThreadOutbox;
  readonly requests: RequestStore;
  readonly journal: Journal;
  readonly blobs: BlobStore;
  readonly pause: KillDeps['pause'];
  readonly newTicket: () => string;
  /** Whether this deployment tells people of their invitations by mail. */
  readonly sendsMail: boolean;
  readonly version: string;
}

/** What each HTTP route does: call a use case, and say what came of it. */
export function createHandlers(deps: ApiDeps): RouteHandlers {
  const { store, minter, log } = deps;
  return {
    'GET /health': async () => ({ status: 'ok' }),
    'GET /health/detailed': () => health(deps),
    'GET /openapi.json': () => description(deps.version),
    'GET /docs': async () => (await import('./docs-page.ts')).docsPage(await description(deps.version)),
    ...createIdentityHandlers(deps),
    ...createWorkspaceHandlers(deps),
    ...createUsageHandlers(deps),
    ...createCredentialHandlers(deps),
    ...createOwnProjectHandlers(deps),
    ...createAgentHandlers(deps),
    ...createCatalogHandlers(deps),
    ...createGuidanceHandlers(deps),
    'GET /v1/threads': async ({ caller, query }) => store.threads(await minter.forUser(caller), query),
    'POST /v1/threads': ({ caller, body }) => createThread(deps, caller, body),
    'GET /v1/threads/{threadId}': async ({ caller, path }) => {
      const snapshot = await threadSnapshot(deps, await minter.forUser(caller), path.threadId);
      if (!snapshot) throw notFound('thread', path.threadId);
      return snapshot;
    },
    'PATCH /v1/threads/{threadId}': ({ caller, path, body }) => renameThread(deps, caller, path.threadId, body.title),
    'DELETE /v1/threads/{threadId}': async ({ caller, path }) => {
      await deleteThread(deps, caller, path.threadId);
      return undefined;
    },
    'GET /v1/threads/{threadId}/items': async ({ caller, path, query }) => {
      const access = await minter.forUser(caller);
      if (!(await store.seesThread(access, path.threadId))) throw notFound('thread', path.threadId);
      const page = await store.olderItems(access, path.threadId, query.cursor, query.limit);
      return { data: [...page.items], runs: [...page.runs], nextCursor: page.olderCursor };
    },
    'GET /v1/threads/{threadId}/events': async ({ caller, path, query }) => {
      const access = await minter.forUser(caller);
      if (!(await store.seesThread(access, path.threadId))) throw notFound('thread', path.threadId);
      return readEvents(log, threadStream(path.threadId), query);
    },
    'POST /v1/threads/{threadId}/runs': ({ caller, path, body, requestId }) =>
      startRun(deps, caller, { threadId: path.threadId, ...body }, requestId, (id) => deps.limits.run(caller, id)),
    'POST /v1/runs/{runId}/cancel': async ({ caller, path }) => {
      await cancelRun(deps, caller, path.runId);
      return { runId: path.runId };
    },
    ...createRunHandlers(deps),
    'POST /v1/socket-tickets': ({ caller }) => issueTicket(deps, caller),
  };
}

/** Loaded when somebody asks for it: no other request needs what it takes to make it. */
const description = async (version: string) => (await import('./openapi.ts')).openApiOf(version);
