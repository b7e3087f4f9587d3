import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '#core/protocol/errors.ts';
import type { Route } from '#core/protocol/route.ts';
import { routeKeys, routes } from '#core/protocol/routes.ts';
import { routeSummaries } from '#local/route-summaries.ts';
import { docsPage } from './docs-page.ts';
import { openApiOf } from './openapi.ts';
import summaries from './route-summaries.json' with { type: 'json' };

const document = openApiOf('1.2.3');
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ key: `${method.toUpperCase()} ${path}`, operation })),
);

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();

    const result = await validator.validate(structuredClone(document));

    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every route, and no other', () => {
    expect(operations.map(({ key }) => key).toSorted()).toEqual(routeKeys.toSorted());
  });

  it('gives each operation an id of its own', () => {
    const ids = operations.map(({ operation }) => operation.operationId);

    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refers only to what is in it', () => {
    const text = JSON.stringify(document);
    const { schemas = {}, responses = {} } = document['components'] as Record<string, Record<string, unknown>>;
    const names = [...text.matchAll(/"#\/components\/(schemas|responses)\/(\w+)"/g)];

    expect(names.length).toBeGreaterThan(100);
    const missing = names.filter(([, kind, name = '']) => !(name in (kind === 'schemas' ? schemas : responses)));
    expect(missing.map(([reference]) => reference)).toEqual([]);
    expect(text).not.toContain('$defs');
  });

  it.each(operations)('says who may call $key, what comes back, and what again means', ({ key, operation }) => {
    const route: Route | undefined = routeKeys.includes(key as never) ? routes[key as keyof typeof routes] : undefined;
    const statuses = Object.keys(operation.responses);

    expect(statuses).toContain(String(route?.status));
    expect(statuses).toContain('500');
    if (route?.access !== 'public') expect(statuses).toEqual(expect.arrayContaining(['401', '403', '429', '503']));
    if (route?.body) expect(operation.requestBody?.content).toHaveProperty('application/json');
    expect(operation.description).toMatch(/Changes nothing|Sent again/);
    if (route?.query && 'cursor' in route.query.shape) expect(operation.description).toContain('nextCursor');
    expect(operation.summary).toBe(routeSummaries()[key]);
  });

  it('says what docs/api.md says: run `npm run api:summaries`', () => {
    expect(summaries).toEqual(routeSummaries());
  });
});

describe('the page of it', () => {
  const page = docsPage(document);

  it('has every route, and a place for every error', () => {
    for (const key of routeKeys) expect(page).toContain(`<code>${key}</code>`);
    for (const code of ErrorCode.options) expect(page).toContain(`<dt id="${code}">`);
  });

  it('loads nothing and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|\son\w+=/i);
  });
});
