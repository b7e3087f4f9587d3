// The HTTP API: preflight, route, read, invoke, answer.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { invokeLambda, type Lambda, type Outcome } from '#local/aws/lambda.ts';
import { isStreaming } from './awslambda.ts';
import { type CorsConfiguration, isPreflight, preflightHeaders, withCors } from './cors.ts';
import { type FunctionUrl, findFunctionUrl, invokeStreaming, writeResponse } from './function-url.ts';
import { type RawRequest, toHttpEvent } from './http-event.ts';
import { gatewayResponse, type HttpResponse, toHttpResponse } from './http-response.ts';
import type { GatewayLimits } from './limits.ts';
import { matchRoute, type RouteTable } from './routes.ts';

/** Serves files for what no route but `$default` matches; true when it has answered. */
export type StaticFiles = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export interface HttpApiOptions {
  apiId: string;
  routes: RouteTable;
  functionUrls: readonly FunctionUrl[];
  lambda(name: string): Lambda;
  cors: CorsConfiguration | undefined;
  staticFiles: StaticFiles | undefined;
  limits: GatewayLimits;
  onError(lambda: string, error: unknown): void;
}

/** Answers one HTTP request. Never rejects because of a handler. */
export async function serveHttp(
  api: HttpApiOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  const method = request.method ?? 'GET';
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const origin = request.headers.origin;
  const decorate = (headers: Record<string, string>) => ({
    ...(api.cors ? withCors(api.cors, origin, headers) : headers),
    'apigw-requestid': requestId,
  });
  const answer = (result: HttpResponse) => writeResponse(response, { ...result, headers: decorate(result.headers) });

  const functionUrl = findFunctionUrl(api.functionUrls, path);
  const route = functionUrl ? undefined : matchRoute(api.routes, method, path);
  const forFiles = !functionUrl && (!route || route.routeKey === '$default');
  if (forFiles && (await api.staticFiles?.(request, response))) return;
  if (api.cors && isPreflight(method, request.headersDistinct)) {
    writeResponse(response, {
      statusCode: 204,
      headers: preflightHeaders(api.cors, origin),
      cookies: [],
      body: Buffer.alloc(0),
    });
    return;
  }
  if (!functionUrl && !route) return answer(gatewayResponse(404, 'Not Found'));

  const body = await readBody(request, api.limits.httpBodyBytes);
  if (!body) return answer(gatewayResponse(413, 'Request Entity Too Large', { connection: 'close' }));
  const lambda = api.lambda((functionUrl ?? route)?.lambda ?? '');
  const matched = route ?? { routeKey: '$default', pathParameters: {} };
  const call = { requestId, now: new Date(), apiId: api.apiId };
  const event = toHttpEvent(toRawRequest(request, body), matched, call);
  if (functionUrl && isStreaming(lambda.handler)) {
    const onError = (error: unknown) => api.onError(lambda.name, error);
    return invokeStreaming(lambda, { event, response, limitMs: api.limits.streamMs, decorate, onError });
  }
  const outcome = await invokeLambda(lambda, event, api.limits.httpIntegrationMs);
  if (outcome.status === 'failed') api.onError(lambda.name, outcome.error);
  if (outcome.status === 'timed_out') api.onError(lambda.name, new Error('the integration timed out'));
  answer(outcomeResponse(outcome, api.limits));
}

/** The response to an invocation: the function's own, or the gateway's 500 or 503. */
function outcomeResponse(outcome: Outcome, limits: Pick<GatewayLimits, 'lambdaAnswerBytes'>): HttpResponse {
  const failed = gatewayResponse(500, 'Internal Server Error');
  switch (outcome.status) {
    case 'timed_out':
      return gatewayResponse(503, 'Service Unavailable');
    case 'failed':
      return failed;
    case 'ok':
      return outcome.bytes > limits.lambdaAnswerBytes ? failed : (toHttpResponse(outcome.value) ?? failed);
  }
}

/** The whole body, or undefined when it is larger than `limit`. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? undefined : Buffer.concat(chunks, size);
}

function toRawRequest(request: IncomingMessage, body: Buffer): RawRequest {
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: request.headersDistinct,
    body,
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    httpVersion: request.httpVersion,
  };
}
