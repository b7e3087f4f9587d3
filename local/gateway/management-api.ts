// The @connections commands of a WebSocket API (API Gateway developer guide, "Use @connections commands in your backend service").
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayCounters } from './counters.ts';
import { readBody } from './http-api.ts';
import type { GatewayLimits } from './limits.ts';
import type { SocketConnection } from './socket-connection.ts';

export interface ManagementApi {
  connections: ReadonlyMap<string, SocketConnection>;
  limits: GatewayLimits;
  counters: GatewayCounters;
  /** How many of the next posts are to be throttled; counted down here. */
  faults: { postsToThrottle: number };
}

interface Answer {
  statusCode: number;
  /** The error's name goes into a header; without it the SDK reports `UnknownError`. */
  errorName?: string;
  body?: object;
}

const forbidden = failure(403, 'ForbiddenException', 'Missing Authentication Token');
const notFound = failure(404, 'NotFoundException');
const gone = failure(410, 'GoneException');
const tooLarge = failure(413, 'PayloadTooLargeException', 'Message too long');
const throttled = failure(429, 'LimitExceededException');

/** Answers GET, POST and DELETE on one connection. Signatures are not checked, only that there is one. */
export async function serveManagement(
  api: ManagementApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, api.limits.messageBytes);
  const { statusCode, errorName, body: answer } = decide(api, request, body);
  const text = answer ? JSON.stringify(answer) : '';
  response.writeHead(statusCode, {
    'content-type': 'application/json',
    'x-amzn-requestid': randomUUID(),
    ...(statusCode !== 204 && { 'content-length': String(Buffer.byteLength(text)) }),
    ...(errorName !== undefined && { 'x-amzn-errortype': errorName }),
  });
  response.end(text);
}

function decide(api: ManagementApi, request: IncomingMessage, body: Buffer | undefined): Answer {
  if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 ')) return forbidden;
  const path = (request.url ?? '').split('?')[0] ?? '';
  const connection = api.connections.get(decodeId(path.slice(path.lastIndexOf('/') + 1)));
  switch (request.method) {
    case 'GET':
      return connection ? { statusCode: 200, body: describe(connection) } : gone;
    case 'DELETE':
      connection?.close(1000, 'Connection closed by the service');
      return connection ? { statusCode: 204 } : gone;
    case 'POST':
      return post(api, connection, body);
    default:
      return notFound;
  }
}

function post(api: ManagementApi, connection: SocketConnection | undefined, body: Buffer | undefined): Answer {
  const { counters, faults } = api;
  if (faults.postsToThrottle > 0) {
    faults.postsToThrottle -= 1;
    counters.postsThrottled += 1;
    return throttled;
  }
  if (!connection) {
    counters.postsGone += 1;
    return gone;
  }
  if (!body) return tooLarge;
  switch (connection.send(body)) {
    case 'sent':
      counters.posts += 1;
      counters.postBytes += body.length;
      return { statusCode: 200 };
    case 'slow':
      counters.postsThrottled += 1;
      return throttled;
    case 'closing':
      counters.postsGone += 1;
      return gone;
  }
}

function describe(connection: SocketConnection): object {
  const { connectedAt, sourceIp, userAgent } = connection.facts;
  return {
    connectedAt: new Date(connectedAt).toISOString(),
    identity: { sourceIp, userAgent },
    lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
  };
}

function failure(statusCode: number, errorName: string, message = errorName): Answer {
  return { statusCode, errorName, body: { message } };
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not an id that was ever given out, so: gone.
    return '';
  }
}
