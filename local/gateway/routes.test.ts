import { describe, expect, it } from 'vitest';
import { compileRoutes, matchRoute } from './routes.ts';

const table = compileRoutes(
  [
    '$default',
    'ANY /v1/{proxy+}',
    'GET /v1/threads/{threadId}',
    'GET /v1/threads/recent',
    'ANY /v1/threads/{threadId}',
    'POST /v1/threads',
    'GET /v1/files/{path+}',
  ].map((routeKey) => ({ routeKey, lambda: 'api' })),
);

describe('matchRoute', () => {
  it.each([
    ['GET', '/v1/threads/recent', 'GET /v1/threads/recent'],
    ['GET', '/v1/threads/thr_1', 'GET /v1/threads/{threadId}'],
    ['DELETE', '/v1/threads/thr_1', 'ANY /v1/threads/{threadId}'],
    ['DELETE', '/v1/threads/recent', 'ANY /v1/threads/{threadId}'],
    ['POST', '/v1/threads', 'POST /v1/threads'],
    ['GET', '/v1/threads', 'ANY /v1/{proxy+}'],
    ['GET', '/v1/threads/thr_1/items', 'ANY /v1/{proxy+}'],
    ['GET', '/v1/files/a/b.txt', 'GET /v1/files/{path+}'],
    ['GET', '/', '$default'],
  ])('routes %s %s to %s', (method, path, routeKey) => {
    expect(matchRoute(table, method, path)?.routeKey).toBe(routeKey);
  });

  it('decodes path parameters and keeps the slashes of a greedy one', () => {
    expect(matchRoute(table, 'GET', '/v1/threads/a%20b%2Fc')?.pathParameters).toEqual({ threadId: 'a b/c' });
    expect(matchRoute(table, 'GET', '/v1/files/a/b.txt')?.pathParameters).toEqual({ path: 'a/b.txt' });
  });

  it('matches nothing without a $default route', () => {
    const small = compileRoutes([{ routeKey: 'GET /v1/threads', lambda: 'api' }]);

    expect(matchRoute(small, 'POST', '/v1/threads')).toBeUndefined();
    expect(matchRoute(small, 'GET', '/v1/threads/')).toBeUndefined();
  });

  it('refuses route keys that API Gateway would refuse', () => {
    expect(() => compileRoutes([{ routeKey: '/v1/threads', lambda: 'api' }])).toThrow('not a route key');
    expect(() => compileRoutes([{ routeKey: 'GET /{a+}/b', lambda: 'api' }])).toThrow('only the last segment');
    expect(() => compileRoutes(Array(2).fill({ routeKey: 'GET /a', lambda: 'api' }))).toThrow('already exists');
  });
});
