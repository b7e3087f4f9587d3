import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import middy from '@middy/core';
import { executionModeStreamifyResponse } from '@middy/core/StreamifyResponse';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { installAwslambda } from './awslambda.ts';
import { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';

let gateway: Gateway | undefined;

afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

async function start(options: Partial<GatewayOptions> & Pick<GatewayOptions, 'lambdas'>): Promise<string> {
  const names = options.lambdas.map(({ name }) => name);
  const httpRoutes = names.map((name) => ({ routeKey: `ANY /${name}/{proxy+}`, lambda: name }));
  gateway = await createGateway({ port: 0, httpRoutes, ...options });
  return gateway.httpUrl;
}

describe('the HTTP API', () => {
  it('gives the handler a real event and context and answers with what it returns', async () => {
    const handler = async (event: APIGatewayProxyEventV2, context: Context) => ({
      statusCode: 201,
      headers: { 'x-function': context.functionName },
      cookies: ['a=1', 'b=2'],
      body: JSON.stringify([event.pathParameters, event.queryStringParameters, event.body, event.cookies]),
    });
    const url = await start({ lambdas: [{ name: 'api', handler }] });

    const response = await fetch(`${url}/api/x/y?n=1&n=2`, {
      method: 'POST',
      body: '{"hello":1}',
      headers: { 'content-type': 'application/json', cookie: 'c=3; d=4' },
    });

    expect(response.status).toBe(201);
    expect(response.headers.get('x-function')).toBe('api');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('apigw-requestid')).toBeTruthy();
    expect(await response.json()).toEqual([{ proxy: 'x/y' }, { n: '1,2' }, '{"hello":1}', ['c=3', 'd=4']]);
    expect(gateway?.counters.httpRequests).toBe(1);
  });

  it('answers 404 for a path without a route', async () => {
    const url = await start({ lambdas: [{ name: 'api', handler: () => ({}) }] });

    const response = await fetch(`${url}/nowhere`);

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: 'Not Found' });
  });

  it('hides what a handler throws behind a 500 and reports it', async () => {
    const errors: unknown[] = [];
    const handler = () => {
      throw new Error('secret');
    };
    const onError = (lambda: string, error: unknown) => errors.push([lambda, String(error)]);
    const url = await start({ lambdas: [{ name: 'api', handler }], onError });

    const response = await fetch(`${url}/api/x`);

    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal Server Error' });
    expect(errors).toEqual([['api', 'Error: secret']]);
  });

  it('answers 503 when the integration takes too long', async () => {
    const url = await start({
      lambdas: [{ name: 'api', handler: () => new Promise(() => {}) }],
      limits: { httpIntegrationMs: 20 },
    });

    const response = await fetch(`${url}/api/x`);

    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: 'Service Unavailable' });
  });

  it('refuses a request body and a Lambda answer that are too large', async () => {
    const handler = (event: APIGatewayProxyEventV2) => ({ statusCode: 200, body: 'x'.repeat(Number(event.body)) });
    const url = await start({
      lambdas: [{ name: 'api', handler }],
      limits: { httpBodyBytes: 1_000, lambdaAnswerBytes: 2_000 },
    });

    expect((await fetch(`${url}/api/x`, { method: 'POST', body: 'x'.repeat(1_001) })).status).toBe(413);
    expect((await fetch(`${url}/api/x`, { method: 'POST', body: '2001' })).status).toBe(500);
    expect((await fetch(`${url}/api/x`, { method: 'POST', body: '1900' })).status).toBe(200);
  });

  it('answers preflights itself and adds CORS headers for allowed origins only', async () => {
    const handler = () => ({ statusCode: 200, headers: { 'access-control-allow-origin': '*' }, body: 'ok' });
    const url = await start({
      lambdas: [{ name: 'api', handler }],
      cors: { allowedOrigins: ['http://localhost:5173'], allowedHeaders: ['authorization'], allowedMethods: ['GET'] },
    });
    const preflight = (origin: string) =>
      fetch(`${url}/api/x`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } });

    const allowed = await preflight('http://localhost:5173');
    const refused = await preflight('https://evil.example');
    const answer = await fetch(`${url}/api/x`, { headers: { origin: 'https://evil.example' } });

    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('serves files where no route but $default matches', async () => {
    const url = await start({
      lambdas: [{ name: 'api', handler: () => ({ statusCode: 200, body: 'from the function' }) }],
      httpRoutes: [
        { routeKey: 'GET /v1/me', lambda: 'api' },
        { routeKey: '$default', lambda: 'api' },
      ],
      staticFiles: (request, response) => {
        if (request.url !== '/index.html') return false;
        response.end('a file');
        return true;
      },
    });

    const bodies = await Promise.all(
      ['/v1/me', '/index.html', '/else'].map(async (path) => (await fetch(url + path)).text()),
    );

    expect(bodies).toEqual(['from the function', 'a file', 'from the function']);
  });

  it('says when its port is taken', async () => {
    await start({ lambdas: [] });

    await expect(createGateway({ port: gateway?.port ?? 0, lambdas: [] })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('refuses routes to functions that do not exist', async () => {
    const httpRoutes = [{ routeKey: 'GET /v1/me', lambda: 'api' }];

    await expect(createGateway({ port: 0, lambdas: [], httpRoutes })).rejects.toThrow('no Lambda is called "api"');
  });

  it('lets a running handler finish before it closes', async () => {
    const started = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const handler = async () => {
      started.resolve();
      await release.promise;
      return { statusCode: 200, body: 'finished' };
    };
    const url = await start({ lambdas: [{ name: 'api', handler }] });

    const response = fetch(`${url}/api/x`);
    await started.promise;
    const closed = gateway?.close();
    release.resolve();

    expect(await (await response).text()).toBe('finished');
    await closed;
    await expect(fetch(url)).rejects.toThrow();
  });
});

describe('a streaming function URL', () => {
  type Streaming = (event: APIGatewayProxyEventV2, stream: awslambda.HttpResponseStream) => Promise<void>;

  function startStream(handler: Streaming): Promise<string> {
    installAwslambda();
    return start({
      lambdas: [{ name: 'stream', handler: awslambda.streamifyResponse(handler) }],
      httpRoutes: [],
      functionUrls: [{ prefix: '/v1/stream', lambda: 'stream' }],
    });
  }

  it('sends status, headers and each write at once', async () => {
    const received = Promise.withResolvers<void>();
    const url = await startStream(async (event, stream) => {
      const metadata = { statusCode: 202, headers: { 'content-type': 'text/event-stream' }, cookies: ['a=1'] };
      const out = awslambda.HttpResponseStream.from(stream, metadata);
      out.write(`data: ${event.rawPath}\n\n`);
      await received.promise;
      out.end('data: last\n\n');
    });

    const response = await fetch(`${url}/v1/stream/thr_1`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader?.read();
    received.resolve();
    const second = await reader?.read();

    expect(response.status).toBe(202);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.getSetCookie()).toEqual(['a=1']);
    expect([first?.value, second?.value]).toEqual(['data: /v1/stream/thr_1\n\n', 'data: last\n\n']);
  });

  it('streams what a middy handler returns', async () => {
    const returned = async () => ({ statusCode: 201, headers: { 'x-a': 'b' }, body: Readable.from(['one', 'two']) });
    installAwslambda();
    const handler = middy({ executionMode: executionModeStreamifyResponse }).handler(returned);
    const functionUrls = [{ prefix: '/v1/stream', lambda: 'stream' }];
    const url = await start({ lambdas: [{ name: 'stream', handler }], httpRoutes: [], functionUrls });

    const response = await fetch(`${url}/v1/stream/x`);

    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([201, 'b', 'onetwo']);
  });

  it('answers 502 when the handler fails before its first write and cuts the response off afterwards', async () => {
    const url = await startStream(async (event, stream) => {
      if (event.rawPath.endsWith('/late')) stream.write('begun');
      throw new Error('no');
    });

    const early = await fetch(`${url}/v1/stream/early`);
    const late = await fetch(`${url}/v1/stream/late`);

    expect(early.status).toBe(502);
    expect(late.status).toBe(200);
    await expect(late.text()).rejects.toThrow('terminated');
  });

  it('closes the stream when the client goes', async () => {
    const begun = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const url = await startStream(async (_event, stream) => {
      stream.on('close', closed.resolve);
      stream.write('begun');
      begun.resolve();
      await closed.promise;
    });

    const request = httpRequest(`${url}/v1/stream/x`).end();
    request.on('error', () => {});
    request.on('response', () => request.destroy());
    await begun.promise;

    await expect(closed.promise).resolves.toBeUndefined();
  });
});
