import { describe, expect, it } from 'vitest';
import type { Route } from './route.ts';
import { routeKeys, routes } from './routes.ts';

describe('the table of routes', () => {
  it.each(routeKeys)('is whole: %s', (key) => {
    const route: Route = routes[key];
    const [method = '', path = ''] = key.split(' ');
    const parameters = [...path.matchAll(/{(\w+)}/g)].map((match) => match[1]);

    expect(Object.keys(route.path?.shape ?? {})).toEqual(parameters);
    expect(route.reply.safeParse(undefined).success).toBe(route.status === 204);
    expect(route.access !== 'public').toBe(path.startsWith('/v1/'));
    if (method === 'GET' || method === 'DELETE') expect(route.body).toBeUndefined();
  });

  it.each(routeKeys)('refuses what a route does not know: %s', (key) => {
    const { path, query, body }: Route = routes[key];

    for (const schema of [path, query, body].filter((found) => found !== undefined)) {
      const codes = schema.safeParse({ surprise: true }).error?.issues.map(({ code }) => code);
      expect(codes).toContain('unrecognized_keys');
    }
  });

  it('reads numbers from queries, with defaults and limits', () => {
    const { query } = routes['GET /v1/threads/{threadId}/events'];

    expect(query.parse({})).toEqual({ after: 0, limit: 500 });
    expect(query.parse({ after: '7', limit: '20' })).toEqual({ after: 7, limit: 20 });
    for (const wrong of [{ after: '-1' }, { after: '1.5' }, { after: 'x' }, { limit: '0' }, { limit: '1001' }]) {
      expect(query.safeParse(wrong).success).toBe(false);
    }
  });
});
