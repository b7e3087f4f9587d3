import * as z from 'zod';
import { agentRoutes } from './agent-routes.ts';
import { budgetRoutes } from './budget-routes.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { credentialRoutes } from './credential-routes.ts';
import { AnyEnvelope } from './event.ts';
import { guidanceRoutes } from './guidance-routes.ts';
import { identityRoutes } from './identity-routes.ts';
import { AgentId, ClientRequestId, RunId, Seq, ThreadId, Timestamp, WorkspaceId } from './ids.ts';
import { Item } from './item.ts';
import { ownProjectRoutes } from './own-project-routes.ts';
import { cursor, limit, page, type Route } from './route.ts';
import { Run } from './run.ts';
import { runRoutes } from './run-routes.ts';
import { RunAccepted, RunRequest } from './socket.ts';
import { Thread, ThreadTitle } from './thread.ts';
import { usageRoutes } from './usage-routes.ts';
import { workspaceRoutes } from './workspace-routes.ts';

const thread = z.strictObject({ threadId: ThreadId });

const health = z.object({ status: z.enum(['ok', 'degraded']) });

/**
 * A thread as it opens: its newest items and, in `runs`, the runs they belong to and any that still go on. Everything up to
 * `seq` is in it; apply the events after `seq` to have the thread as it is now. `olderCursor` leads to earlier items.
 */
export const ThreadSnapshot = z.object({
  thread: Thread,
  items: z.array(Item),
  runs: z.array(Run),
  seq: Seq,
  olderCursor: z.string().nullable(),
});
export type ThreadSnapshot = z.infer<typeof ThreadSnapshot>;

export const SocketTicket = z.object({ ticket: z.string(), expiresAt: Timestamp });
export type SocketTicket = z.infer<typeof SocketTicket>;

/** Every HTTP route of the platform; those of an area stand in `<area>-routes.ts` and are spread in here. The API's handlers, the gateway in infra/ and the web client are all typed by this table. */
export const routes = {
  'GET /health': { access: 'public', status: 200, reply: health },
  'GET /health/detailed': {
    access: 'public',
    status: 200,
    reply: health.extend({ version: z.string(), parts: z.record(z.string(), z.enum(['ok', 'down'])) }),
  },
  /** This API as an OpenAPI 3.1 document, and as a page for people. */
  'GET /openapi.json': { access: 'public', status: 200, reply: z.record(z.string(), z.unknown()) },
  'GET /docs': { access: 'public', status: 200, reply: z.string(), contentType: 'text/html; charset=utf-8' },
  ...identityRoutes,
  ...workspaceRoutes,
  ...budgetRoutes,
  ...usageRoutes,
  ...credentialRoutes,
  ...ownProjectRoutes,
  ...agentRoutes,
  ...catalogRoutes,
  ...guidanceRoutes,
  'GET /v1/threads': {
    access: 'user',
    query: z.strictObject({ workspaceId: WorkspaceId, cursor, limit }),
    status: 200,
    reply: page(Thread),
  },
  'POST /v1/threads': {
    access: 'user',
    scope: 'run',
    body: z.strictObject({
      agentId: AgentId,
      title: ThreadTitle.optional(),
      clientRequestId: ClientRequestId.optional(),
    }),
    status: 201,
    reply: Thread,
  },
  'GET /v1/threads/{threadId}': { access: 'user', path: thread, status: 200, reply: ThreadSnapshot },
  'PATCH /v1/threads/{threadId}': {
    access: 'user',
    scope: 'run',
    path: thread,
    body: z.strictObject({ title: ThreadTitle }),
    status: 200,
    reply: Thread,
  },
  'DELETE /v1/threads/{threadId}': { access: 'user', scope: 'run', path: thread, status: 204, reply: z.undefined() },
  'GET /v1/threads/{threadId}/items': {
    access: 'user',
    path: thread,
    query: z.strictObject({ cursor, limit }),
    status: 200,
    reply: page(Item).extend({ runs: z.array(Run) }),
  },
  'GET /v1/threads/{threadId}/events': {
    access: 'user',
    path: thread,
    query: z.strictObject({
      after: z.coerce.number().pipe(Seq).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(500),
    }),
    status: 200,
    reply: z.object({ events: z.array(AnyEnvelope), head: Seq }),
  },
  'POST /v1/threads/{threadId}/runs': {
    access: 'user',
    scope: 'run',
    path: thread,
    body: RunRequest,
    status: 202,
    reply: RunAccepted,
  },
  'POST /v1/runs/{runId}/cancel': {
    access: 'user',
    scope: 'run',
    path: z.strictObject({ runId: RunId }),
    status: 202,
    reply: z.object({ runId: RunId }),
  },
  ...runRoutes,
  'POST /v1/socket-tickets': { access: 'user', scope: 'read', status: 201, reply: SocketTicket },
} as const satisfies Record<string, Route>;

export type RouteKey = keyof typeof routes;
export const routeKeys = Object.keys(routes) as RouteKey[];
