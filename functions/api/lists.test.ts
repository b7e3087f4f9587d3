import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Route } from '#core/protocol/route.ts';
import { type RouteKey, routeKeys, routes } from '#core/protocol/routes.ts';

/** Lists without pages, and what bounds each of them. */
const bounded: Partial<Record<RouteKey, string>> = {
  'GET /v1/tools': 'the platform’s own tools',
  'GET /v1/catalog/departments': 'the departments that platform admins have set up',
  'GET /v1/credentials': 'two of each provider',
  'GET /v1/models': 'the providers that there are',
  'GET /v1/agents/{agentId}/memories/search': 'the best ones, as many as are asked for',
};

const shapeOf = (schema: z.ZodType | undefined) => (schema instanceof z.ZodObject ? schema.shape : {});
const lists = routeKeys.filter(
  (key) => key.startsWith('GET ') && shapeOf(routes[key].reply)['data'] instanceof z.ZodArray,
);

describe('every list', () => {
  it.each(lists.filter((key) => !(key in bounded)))('%s comes page by page', (key) => {
    const route: Route = routes[key];

    expect(Object.keys(shapeOf(route.query))).toContain('cursor');
    expect(Object.keys(shapeOf(route.reply))).toContain('nextCursor');
  });

  it.each(lists.filter((key) => 'nextCursor' in shapeOf(routes[key].reply)))(
    '%s says how long its pages are',
    (key) => {
      const { limit } = shapeOf((routes[key] as Route).query);

      // An export's pages are as long as an answer may be.
      if (key.endsWith('/export')) return expect(limit).toBeUndefined();
      expect(limit?.safeParse('101').success).toBe(false);
      expect(limit?.safeParse('100').success).toBe(true);
    },
  );

  it('that has no pages is bounded by something else', () => {
    expect(lists.filter((key) => !('nextCursor' in shapeOf(routes[key].reply))).toSorted()).toEqual(
      Object.keys(bounded).toSorted(),
    );
  });
});
