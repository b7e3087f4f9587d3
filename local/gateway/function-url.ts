// A Lambda function URL with invoke mode RESPONSE_STREAM, mounted on a path prefix as CloudFront would route to it.
import type { ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { createContext, type Lambda } from '#local/aws/lambda.ts';
import { ResponseStream, type StreamMetadata } from './awslambda.ts';
import { gatewayResponse, type HttpResponse, toHeaders } from './http-response.ts';

/** A function behind a path prefix. The prefix stays in `rawPath`. */
export interface FunctionUrl {
  prefix: string;
  lambda: string;
}

/** What the function URL needs of the gateway. */
export interface StreamCall {
  event: APIGatewayProxyEventV2;
  response: ServerResponse;
  limitMs: number;
  /** Adds the gateway's own headers, CORS for example. */
  decorate(headers: Record<string, string>): Record<string, string>;
  onError(error: unknown): void;
}

/** The function URL that serves a path. */
export function findFunctionUrl(urls: readonly FunctionUrl[], path: string): FunctionUrl | undefined {
  return urls.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
}

/**
 * Invokes a streaming handler and resolves when the response is closed and the handler has returned (or used up its
 * time). A failure before the first byte is a 502; after it the response is cut off, as on AWS.
 *
 * Differs from AWS: when the client goes, the stream is destroyed, so that a handler that watches it can stop early.
 */
export async function invokeStreaming(lambda: Lambda, call: StreamCall): Promise<void> {
  const { response } = call;
  const stream = new ResponseStream({ out: response, start: (metadata) => writeHead(call, metadata) });
  stream.on('error', () => response.destroy());
  response.on('close', () => stream.destroy());
  const limitMs = Math.min(call.limitMs, lambda.timeoutMs ?? call.limitMs);
  const context = createContext(lambda, Date.now() + limitMs);
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Task timed out after ${limitMs / 1000} seconds`)), limitMs);
  });
  try {
    const handled = Promise.resolve(Reflect.apply(lambda.handler, undefined, [call.event, stream, context]));
    await Promise.race([handled, timeout]);
    if (!stream.writableEnded && !stream.destroyed) stream.end();
  } catch (error) {
    call.onError(error);
    if (stream.started) response.destroy();
    else writeResponse(response, gatewayResponse(502, 'Internal Server Error'));
  } finally {
    clearTimeout(timer);
  }
}

/** Writes a whole response. */
export function writeResponse(response: ServerResponse, answer: HttpResponse): void {
  if (answer.cookies.length > 0) response.setHeader('set-cookie', answer.cookies);
  response.writeHead(answer.statusCode, { ...answer.headers, 'content-length': String(answer.body.length) });
  response.end(response.req.method === 'HEAD' ? undefined : answer.body);
}

function writeHead(call: StreamCall, metadata: StreamMetadata): void {
  const headers = toHeaders(metadata.headers ?? {}) ?? {};
  if (metadata.cookies?.length) call.response.setHeader('set-cookie', metadata.cookies);
  const decorated = call.decorate({ 'content-type': 'application/octet-stream', ...headers });
  call.response.writeHead(metadata.statusCode ?? 200, decorated);
  call.response.flushHeaders();
}
