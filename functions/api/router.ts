import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import type { PersonPrincipal, Principal } from '#core/domain/principal.ts';
import { PlatformError } from '#core/errors.ts';
import type { Logger } from '#core/ports/logger.ts';
import { WorkspaceId } from '#core/protocol/ids.ts';
import type { Route } from '#core/protocol/route.ts';
import { type RouteKey, routes } from '#core/protocol/routes.ts';
import type { RateLimits } from '#core/use-cases/rate-limits.ts';
import { authenticateRequest, type DoorDeps } from '../middleware/authenticate.ts';
import { errorReplies } from '../middleware/errors.ts';
import { parseInput, parseJson } from '../middleware/parse.ts';
import { rateHeaders } from '../middleware/rate-limit.ts';

type Parsed<Schema> = Schema extends z.ZodType ? z.infer<Schema> : undefined;
type Field<Key extends RouteKey, Name extends keyof Route> =
  (typeof routes)[Key] extends Record<Name, infer Schema> ? Parsed<Schema> : undefined;

interface Caller {
  public: undefined;
  user: Principal;
  person: PersonPrincipal;
}

/** What a route's handler gets: everything parsed by the route's own schemas. */
export interface RouteInput<Key extends RouteKey> {
  readonly path: Field<Key, 'path'>;
  readonly query: Field<Key, 'query'>;
  readonly body: Field<Key, 'body'>;
  readonly caller: Caller[(typeof routes)[Key]['access']];
  readonly requestId: string;
}

/** One handler for each route of the protocol; a route without one does not compile. */
export type RouteHandlers = {
  readonly [Key in RouteKey]: (input: RouteInput<Key>) => Promise<Parsed<(typeof routes)[Key]['reply']>>;
};

export interface RouterDeps {
  readonly door: DoorDeps;
  readonly limits: Pick<RateLimits, 'request' | 'inWorkspace'>;
  readonly logger: Logger;
  /** Waits for what a handler left on its way, whatever came of it: a Lambda is frozen when it returns. Must not throw. */
  readonly flush: () => Promise<void>;
}

/** The Lambda handler of the HTTP API: finds the route that API Gateway matched, and does what it says. */
export function createRouter({ door, limits, logger, flush }: RouterDeps, handlers: RouteHandlers) {
  async function handle(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
    const key = event.routeKey;
    if (!isRouteKey(key)) throw new PlatformError('not_found', 'There is no such route.');
    const route: Route = routes[key];
    const caller = route.access === 'public' ? undefined : await authenticateRequest(door, event, key, route);
    const rate = caller && rateHeaders(await limits.request(caller));
    const input = {
      caller,
      path: route.path && parseInput(route.path, event.pathParameters ?? {}),
      query: route.query && parseInput(route.query, event.queryStringParameters ?? {}),
      body: route.body && parseInput(route.body, withRequestKey(route.body, event, parseJson(bodyText(event)))),
      requestId: event.requestContext.requestId,
    };
    if (caller) await limits.inWorkspace(caller, workspaceIn(input));
    // Each field was parsed by the schemas of this very route, which is what the handler's type says.
    const handler = handlers[key] as (given: typeof input) => Promise<unknown>;
    const reply = await handler(input).finally(flush);
    if (route.status === 204) return { statusCode: 204, ...(rate && { headers: rate }) };
    if (route.contentType) return pageReply(route.contentType, route.status, String(reply));
    return {
      statusCode: route.status,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...rate },
      body: JSON.stringify(reply),
    };
  }
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().use(errorReplies(logger)).handler(handle);
}

/** A page for people: its styles are its own, and nothing else is loaded or run. */
const pageReply = (contentType: string, statusCode: number, body: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: {
    'content-type': contentType,
    'cache-control': 'public, max-age=300',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  },
  body,
});

/** The header Idempotency-Key says the same as `clientRequestId`, for clients that know only the header (draft-ietf-httpapi-idempotency-key-header-07). */
function withRequestKey(schema: z.ZodType, { headers }: APIGatewayProxyEventV2, body: unknown): unknown {
  const key = headers['idempotency-key']?.replace(/^"(.*)"$/, '$1');
  const takesKey = schema instanceof z.ZodObject && 'clientRequestId' in schema.shape;
  if (key === undefined || !takesKey || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return { clientRequestId: key, ...body };
}

/** The workspace that a request names, if it does: a thing's own workspace is known to its handler only. */
function workspaceIn({ path, query, body }: Record<'path' | 'query' | 'body', unknown>): WorkspaceId | undefined {
  for (const part of [path, query, body]) {
    const named = NamesWorkspace.safeParse(part);
    if (named.success) return named.data.workspaceId;
  }
  return undefined;
}
const NamesWorkspace = z.object({ workspaceId: WorkspaceId });

const isRouteKey = (key: string): key is RouteKey => Object.hasOwn(routes, key);

const bodyText = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string =>
  isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
