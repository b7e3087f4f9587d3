import { describe, expect, it } from 'vitest';
import { type RawRequest, toHttpEvent } from './http-event.ts';

const call = { requestId: 'req-1', now: new Date('2026-03-12T19:03:58Z'), apiId: 'localhttp' };
const route = { routeKey: 'POST /v1/threads/{threadId}', pathParameters: { threadId: 'thr_1' } };

function event(request: Partial<RawRequest>) {
  const defaults = { method: 'POST', url: '/v1/threads/thr_1', headers: {}, sourceIp: '127.0.0.1', httpVersion: '1.1' };
  return toHttpEvent({ ...defaults, body: Buffer.alloc(0), ...request }, route, call);
}

describe('toHttpEvent', () => {
  it('describes the request as payload format 2.0', () => {
    const made = event({ headers: { host: ['api.example.com'], 'user-agent': ['test'] } });

    expect(made).toMatchObject({
      version: '2.0',
      routeKey: 'POST /v1/threads/{threadId}',
      rawPath: '/v1/threads/thr_1',
      rawQueryString: '',
      pathParameters: { threadId: 'thr_1' },
      isBase64Encoded: false,
      requestContext: {
        domainName: 'api.example.com',
        domainPrefix: 'api',
        http: {
          method: 'POST',
          path: '/v1/threads/thr_1',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: 'req-1',
        time: '12/Mar/2026:19:03:58 +0000',
        timeEpoch: call.now.getTime(),
      },
    });
    expect(made).not.toHaveProperty('body');
    expect(made).not.toHaveProperty('queryStringParameters');
  });

  it('joins repeated query values with commas and keeps the raw query string', () => {
    const made = event({ url: '/v1/threads/thr_1?a=1&b=x%20y&a=2' });

    expect(made.queryStringParameters).toEqual({ a: '1,2', b: 'x y' });
    expect(made.rawQueryString).toBe('a=1&b=x%20y&a=2');
  });

  it('joins repeated headers and moves cookies to their own array', () => {
    const made = event({ headers: { 'x-tag': ['a', 'b'], cookie: ['one=1; two=2'] } });

    expect(made.headers).toEqual({ 'x-tag': 'a,b' });
    expect(made.cookies).toEqual(['one=1', 'two=2']);
  });

  it('passes JSON as text and everything binary in base64', () => {
    const body = Buffer.from('{"a":1}');

    expect(event({ body, headers: { 'content-type': ['application/json; charset=utf-8'] } })).toMatchObject({
      body: '{"a":1}',
      isBase64Encoded: false,
    });
    expect(event({ body, headers: { 'content-type': ['image/png'] } })).toMatchObject({
      body: body.toString('base64'),
      isBase64Encoded: true,
    });
  });
});
