// The events of a WebSocket API (API Gateway developer guide, "Set up data transformations for WebSocket APIs", and
// "Manage connected users and client apps": $connect, $disconnect).
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { commonLogTime } from './http-event.ts';

/** What every event of one connection has in common. */
export interface ConnectionFacts {
  connectionId: string;
  connectedAt: number;
  domainName: string;
  stage: string;
  apiId: string;
  sourceIp: string;
  userAgent: string;
  /** The authorizer's context, once it has allowed the connection. */
  authorizer?: Record<string, unknown>;
}

type EventType = 'CONNECT' | 'MESSAGE' | 'DISCONNECT';

/** Headers and query of the upgrade request, single and multi-valued, with the client's own spelling of header names. */
export function connectRequest(request: IncomingMessage) {
  const headers = new Map<string, string[]>();
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? '';
    headers.set(name, [...(headers.get(name) ?? []), request.rawHeaders[index + 1] ?? '']);
  }
  const query = new URL(request.url ?? '/', 'ws://localhost').searchParams;
  const queries = new Map([...query.keys()].map((name) => [name, query.getAll(name)]));
  return {
    headers: lastValues(headers),
    multiValueHeaders: Object.fromEntries(headers),
    ...(queries.size > 0 && {
      queryStringParameters: lastValues(queries),
      multiValueQueryStringParameters: Object.fromEntries(queries),
    }),
  };
}

export type ConnectRequest = ReturnType<typeof connectRequest>;

export function connectEvent(connection: ConnectionFacts, request: ConnectRequest) {
  return {
    ...request,
    requestContext: requestContext(connection, '$connect', 'CONNECT'),
    isBase64Encoded: false,
  };
}

export function messageEvent(
  connection: ConnectionFacts,
  message: { routeKey: string; messageId: string; body: string },
) {
  return {
    requestContext: {
      ...requestContext(connection, message.routeKey, 'MESSAGE'),
      messageId: message.messageId,
    },
    body: message.body,
    isBase64Encoded: false,
  };
}

export function disconnectEvent(connection: ConnectionFacts, close: { code: number; reason: string }) {
  return {
    headers: { Host: connection.domainName, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' },
    requestContext: {
      ...requestContext(connection, '$disconnect', 'DISCONNECT'),
      disconnectStatusCode: close.code,
      disconnectReason: close.reason,
    },
    isBase64Encoded: false,
  };
}

/** The reason that API Gateway reports when the close frame carried none. */
export function disconnectReason(code: number, reason: string): string {
  if (reason !== '') return reason;
  switch (code) {
    case 1001:
      return 'Going away';
    case 1005:
      return 'Client-side close frame status not set';
    case 1006:
      return 'Connection closed abnormally';
    case 1009:
      return 'Message too big';
    default:
      return '';
  }
}

function requestContext(connection: ConnectionFacts, routeKey: string, eventType: EventType) {
  const now = new Date();
  const requestId = randomUUID();
  return {
    routeKey,
    eventType,
    extendedRequestId: requestId,
    requestTime: commonLogTime(now),
    messageDirection: 'IN' as const,
    stage: connection.stage,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: now.getTime(),
    identity: { sourceIp: connection.sourceIp, userAgent: connection.userAgent },
    requestId,
    domainName: connection.domainName,
    connectionId: connection.connectionId,
    apiId: connection.apiId,
    ...(connection.authorizer && { authorizer: connection.authorizer }),
  };
}

function lastValues(values: Map<string, string[]>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, list]) => [name, list.at(-1) ?? '']));
}
