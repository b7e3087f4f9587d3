import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Problem } from '#core/protocol/errors.ts';
import type { Route } from '#core/protocol/route.ts';
import { routeKeys, routes } from '#core/protocol/routes.ts';
import { createWorld } from '#core/use-cases/testing.ts';
import { arbitraryOf, fieldOf, hostileText, type Known } from '#tests/support/schema-arbitrary.ts';
import { httpEvent, verifierOf } from '../testing.ts';
import { createHandlers } from './handlers.ts';
import { openApiOf } from './openapi.ts';
import { createRouter } from './router.ts';

const document = openApiOf('1.2.3');
const { schemas } = z.object({ schemas: z.record(z.string(), z.unknown()) }).parse(document['components']);
const context = {} as Context;

/** The platform in memory with a thread, a run, a budget, a price, a rule and a memory of Olga's, and a way to call it. */
async function createPlatform() {
  const world = createWorld();
  const handlers = createHandlers({
    ...world.deps,
    tickets: world.deps.connections,
    newTicket: () => 'ticket-1',
    version: '1.2.3',
  });
  const verifier = verifierOf({ olga: world.olga, sven: world.sven });
  const door = { ...world.deps, verifier, sessionCookie: 'sb-test-auth-token', webOrigins: [] };
  const route = createRouter(
    { door, limits: world.deps.limits, logger: world.deps.logger, flush: async () => {} },
    handlers,
  );
  const call = (key: string, request: Parameters<typeof httpEvent>[1]) => route(httpEvent(key, request), context);
  const { workspaceId, agentId } = world.olga;
  const path = { workspaceId };
  const post = (key: string, given: object, body: unknown) =>
    call(key, { token: 'olga', ...given, body: JSON.stringify(body) });

  const thread = JSON.parse((await post('POST /v1/threads', {}, { agentId, title: 'Plans' })).body ?? '');
  const run = await world.start(world.olga, { threadId: thread.id, input: { text: 'Hello' } });
  const scope = { kind: 'workspace' };
  const put = 'PUT /v1/workspaces/{workspaceId}/budgets';
  const budget = JSON.parse((await post(put, { path }, { scope, period: 'day', limitUsd: 5 })).body ?? '');
  const known: Known = {
    definitions: schemas,
    ids: {
      wsp: [workspaceId, workspaceId, world.sven.workspaceId],
      agt: [agentId, agentId, world.sven.agentId],
      thr: [thread.id, thread.id, world.deps.newId('thr')],
      run: [run.runId, run.runId, world.deps.newId('run')],
      itm: [run.inputItemId],
      bdg: [budget.id],
      user: [world.olga.userId, world.sven.userId],
    },
    fields: {
      model: ['demo/scripted', 'openai/gpt-5.2'],
      tools: [[], ['current_time']],
      cursor: [''],
      version: [1],
      path: ['notes.md'],
    },
  };

  /** Everything that Olga and Sven can see of what they have. */
  async function state(): Promise<Record<string, unknown>> {
    const seen: Record<string, unknown> = {};
    for (const token of ['olga', 'sven']) {
      const me = token === 'olga' ? world.olga : world.sven;
      for (const key of routeKeys.filter(isOverview)) {
        const { workspaceId } = me;
        const reply = await call(key, { token, path: { workspaceId }, query: queryOf(key, workspaceId) });
        seen[`${key} as ${token}`] = [reply.statusCode, reply.body];
      }
    }
    for (const stream of [`thread:${thread.id}`, `user:${world.olga.userId}`] as const)
      seen[stream] = await world.types(stream);
    return seen;
  }
  return { world, call, known, state };
}

/** Lists and things that need nothing but a workspace. An export is noted in the audit log. */
const isOverview = (key: (typeof routeKeys)[number]): boolean =>
  key.startsWith('GET /v1/') && !/\{(?!workspaceId)|\/export$/.test(key);

function queryOf(key: (typeof routeKeys)[number], workspaceId: string): Record<string, string> {
  const route: Route = routes[key];
  return route.query && 'workspaceId' in route.query.shape ? { workspaceId } : {};
}

function requestOf(key: string, known: Known) {
  const [method = '', path = ''] = key.split(' ');
  const operation = document.paths[path]?.[method.toLowerCase()];
  const parameters = (place: 'path' | 'query') =>
    fc.record(
      Object.fromEntries(
        (operation?.parameters ?? [])
          .filter((parameter) => parameter.in === place)
          .map(({ name, schema }) => [name, fieldOf(name, schema, known).map(textOf)]),
      ),
      place === 'path' ? {} : { requiredKeys: [] },
    ) as fc.Arbitrary<Record<string, string>>;
  const [content] = Object.values(operation?.requestBody?.content ?? {});
  const body = content
    ? fc.oneof(
        { weight: 12, arbitrary: arbitraryOf(content.schema, known).map((value) => JSON.stringify(value) ?? '') },
        { weight: 1, arbitrary: hostileText },
      )
    : fc.constant(undefined);
  return fc.record({
    token: fc.constantFrom('olga', 'olga', 'sven'),
    path: parameters('path'),
    query: parameters('query'),
    body,
  });
}

/** An empty cursor is none. */
const withoutEmpty = (query: Record<string, string>) =>
  Object.fromEntries(Object.entries(query).filter(([name, value]) => name !== 'cursor' || value !== ''));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

/** What an answer must be, whatever was asked: what the route promises, or a problem that is not ours. */
function assertAnswer(key: (typeof routeKeys)[number], reply: APIGatewayProxyStructuredResultV2): void {
  const { statusCode = 0 } = reply;
  const route: Route = routes[key];
  if (statusCode === route.status) {
    if (route.contentType || route.status === 204) return;
    expect(route.reply.safeParse(JSON.parse(reply.body ?? '')).error).toBeUndefined();
    return;
  }
  const problem = Problem.parse(JSON.parse(reply.body ?? ''));
  expect(problem.status).toBe(statusCode);
  // A run of which no worker knows does not end in time.
  if (problem.code !== 'still_running') expect(statusCode).toBeLessThan(500);
}

describe('whatever is asked', () => {
  it.each(routeKeys)(
    '%s answers what it promises or says what is wrong, and then changes nothing',
    async (key) => {
      const { world, call, known, state } = await createPlatform();
      const mayChange = !key.startsWith('GET ');
      let before = mayChange ? await state() : {};

      await fc.assert(
        fc.asyncProperty(requestOf(key, known), async ({ token, path, query, body }) => {
          const reply = await call(key, {
            token,
            path,
            query: withoutEmpty(query),
            ...(body !== undefined && { body }),
          });

          assertAnswer(key, reply);
          if (!mayChange) return;
          const after = await state();
          if (reply.statusCode !== routes[key].status) expect(after).toEqual(before);
          before = after;
        }),
        { numRuns: 40, endOnFailure: true },
      );

      expect(world.lines.filter(({ level }) => level === 'error')).toEqual([]);
    },
    120_000,
  );
});
