// What the tests of the handlers share: the events that API Gateway sends, and tokens that say whose they are.
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { PersonPrincipal } from '#core/domain/principal.ts';
import { PlatformError } from '#core/errors.ts';
import type { TokenVerifier } from '#core/ports/identity.ts';
import type { SocketEvent } from './socket/handler.ts';

/** Knows the tokens `olga`, `sven` and so on, and one that has run out. */
export const verifierOf = (people: Record<string, PersonPrincipal>): TokenVerifier => ({
  async verify(token) {
    const principal = people[token];
    if (token === 'old') throw new PlatformError('token_expired', 'The access token has run out.');
    if (!principal) throw new PlatformError('unauthenticated', 'The access token is not valid.');
    return principal;
  },
});

interface HttpRequest {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** As an HTTP API of API Gateway sends it (payload format 2.0). */
export function httpEvent(routeKey: string, request: HttpRequest = {}): APIGatewayProxyEventV2 {
  const [method = '', rawPath = ''] = routeKey.split(' ');
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: new URLSearchParams(request.query).toString(),
    headers: {
      accept: '*/*',
      'content-type': 'application/json',
      host: 'abcdefghij.execute-api.us-east-1.amazonaws.com',
      ...(request.token && { authorization: `Bearer ${request.token}` }),
      ...request.headers,
    },
    ...(request.query && { queryStringParameters: request.query }),
    ...(request.path && { pathParameters: request.path }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'abcdefghij',
      domainName: 'abcdefghij.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'abcdefghij',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: 'test' },
      requestId: 'request-1',
      routeKey,
      stage: '$default',
      time: '21/Nov/2026:09:00:00 +0000',
      timeEpoch: 1_795_251_600_000,
    },
    ...(request.body !== undefined && { body: request.body }),
    isBase64Encoded: request.isBase64Encoded ?? false,
  };
}

/** As a WebSocket API of API Gateway sends it. */
export function socketEvent(
  routeKey: '$connect' | '$disconnect' | '$default',
  connectionId: string,
  rest: Pick<SocketEvent, 'headers' | 'queryStringParameters' | 'body'> = {},
): SocketEvent {
  const eventTypes = { $connect: 'CONNECT', $disconnect: 'DISCONNECT', $default: 'MESSAGE' } as const;
  return {
    requestContext: {
      routeKey,
      eventType: eventTypes[routeKey],
      messageDirection: 'IN',
      messageId: 'message-1',
      extendedRequestId: 'extended-1',
      requestTime: '21/Nov/2026:09:00:00 +0000',
      requestTimeEpoch: 1_795_251_600_000,
      connectedAt: 1_795_251_500_000,
      stage: 'prod',
      requestId: 'request-1',
      domainName: 'klmnopqrst.execute-api.us-east-1.amazonaws.com',
      connectionId,
      apiId: 'klmnopqrst',
    },
    isBase64Encoded: false,
    ...rest,
  };
}
