import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { PlatformError, unavailable } from '#core/errors.ts';
import { ErrorCode, errorOfProblem, Problem } from '#core/protocol/errors.ts';
import { routeKeys, routes } from '#core/protocol/routes.ts';
import { createWorld, type World } from '#core/use-cases/testing.ts';
import { statusOf } from '../middleware/errors.ts';
import { httpEvent, verifierOf } from '../testing.ts';
import { createHandlers } from './handlers.ts';
import { createRouter, type RouteHandlers } from './router.ts';

const createThread = 'POST /v1/threads';
const startRun = 'POST /v1/threads/{threadId}/runs';
const context = {} as Context;

let world: World;
let flushes: number;
let handlers: RouteHandlers;

beforeEach(() => {
  world = createWorld();
  flushes = 0;
  handlers = createHandlers(apiDeps());
});

const apiDeps = () => ({
  ...world.deps,
  tickets: world.deps.connections,
  newTicket: () => 'ticket-1',
  version: '1.2.3',
});

async function call(...given: Parameters<typeof httpEvent>): Promise<APIGatewayProxyStructuredResultV2> {
  const flush = async () => {
    flushes += 1;
  };
  const verifier = verifierOf({ olga: world.olga, sven: world.sven });
  const door = { ...world.deps, verifier, sessionCookie: 'sb-test-auth-token', webOrigins: [] };
  return createRouter({ door, limits: world.deps.limits, logger: world.deps.logger, flush }, handlers)(
    httpEvent(...given),
    context,
  );
}

const bodyOf = (reply: APIGatewayProxyStructuredResultV2) => JSON.parse(reply.body ?? '');
const errorOf = (reply: APIGatewayProxyStructuredResultV2) => errorOfProblem(Problem.parse(bodyOf(reply)));
const newThread = async (title = 'Plans') =>
  bodyOf(await call(createThread, { token: 'olga', body: JSON.stringify({ agentId: world.olga.agentId, title }) }));

describe('who calls', () => {
  it.each(routeKeys.filter((key) => routes[key].access !== 'public'))('must be known to %s', async (key) => {
    const reply = await call(key);

    expect(reply.statusCode).toBe(401);
    expect(reply.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'content-type': 'application/problem+json' });
    expect(errorOf(reply)).toMatchObject({ code: 'unauthenticated', requestId: 'request-1' });
  });

  it.each(['olga', 'Basic olga', 'Bearer', 'Bearer ', 'Bearer olga olga', 'Bearer  olga', ''])(
    'is nobody by the header %j',
    async (authorization) => {
      expect((await call('GET /v1/me', { headers: { authorization } })).statusCode).toBe(401);
    },
  );

  it('is told when the token has run out', async () => {
    const reply = await call('GET /v1/me', { token: 'old' });

    expect(reply.statusCode).toBe(401);
    expect(errorOf(reply).code).toBe('token_expired');
  });

  it.each(['Bearer', 'bearer', 'BEARER'])('is known by a token after %s', async (scheme) => {
    const reply = await call('GET /v1/me', { headers: { authorization: `${scheme} olga` } });

    expect(reply.statusCode).toBe(200);
    expect(bodyOf(reply)).toMatchObject({ id: world.olga.userId, isAnonymous: false, email: null, name: 'Olga' });
  });

  it('is not asked for the public routes', async () => {
    expect(bodyOf(await call('GET /health'))).toEqual({ status: 'ok' });
    expect(bodyOf(await call('GET /health/detailed'))).toEqual({
      status: 'ok',
      version: '1.2.3',
      parts: { log: 'ok', store: 'ok' },
    });
  });
});

describe('what is asked', () => {
  it.each(['GET /v1/nothing', '$default', 'toString', '__proto__'])('is no route: %s', async (routeKey) => {
    const reply = await call(routeKey, { token: 'olga' });

    expect(reply.statusCode).toBe(404);
    expect(errorOf(reply).code).toBe('not_found');
  });

  it.each(['{', '', 'undefined', '{"agentId":}'])('is no JSON: %j', async (body) => {
    const reply = await call(createThread, { token: 'olga', body });

    expect(reply.statusCode).toBe(400);
    expect(errorOf(reply)).toMatchObject({ code: 'invalid_request', message: 'The request is not valid JSON.' });
  });

  it('is no JSON when there is no body', async () => {
    expect((await call(createThread, { token: 'olga' })).statusCode).toBe(400);
  });

  it('names the fields of a body that are wrong', async () => {
    const reply = await call(createThread, { token: 'olga', body: '{"agentId":"agt_1","title":" ","surprise":1}' });

    expect(reply.statusCode).toBe(400);
    expect(
      errorOf(reply)
        .details?.map(({ path }) => path)
        .toSorted(),
    ).toEqual(['', 'agentId', 'title']);
    expect(errorOf(reply).message).toContain('agentId must be an id like agt_');
  });

  it('names the field of a path that is wrong', async () => {
    const reply = await call('GET /v1/threads/{threadId}', { token: 'olga', path: { threadId: 'nonsense' } });

    expect(reply.statusCode).toBe(400);
    expect(errorOf(reply).details).toMatchObject([{ path: 'threadId' }]);
  });

  it.each([{ limit: '0' }, { limit: '101' }, { limit: 'many' }, { cursor: '' }])(
    'names the field of a query that is wrong: %j',
    async (wrong) => {
      const query = { workspaceId: world.olga.workspaceId, ...wrong };

      const reply = await call('GET /v1/threads', { token: 'olga', query });

      expect(reply.statusCode).toBe(400);
      expect(errorOf(reply).details).toMatchObject([{ path: Object.keys(wrong)[0] }]);
    },
  );

  it('is too large', async () => {
    const { id: threadId } = await newThread();
    const body = JSON.stringify({ input: { text: 'x'.repeat(96 * 1024 + 1) }, clientRequestId: 'request-0001' });

    const reply = await call(startRun, { token: 'olga', path: { threadId }, body });

    expect(reply.statusCode).toBe(413);
    expect(errorOf(reply)).toMatchObject({ code: 'input_too_large', details: [{ path: 'input.text' }] });
  });

  it('may come in base 64', async () => {
    const body = Buffer.from(JSON.stringify({ agentId: world.olga.agentId, title: 'Pläne 🐎' })).toString('base64');

    const reply = await call(createThread, { token: 'olga', body, isBase64Encoded: true });

    expect(reply.statusCode).toBe(201);
    expect(bodyOf(reply).title).toBe('Pläne 🐎');
  });
});

describe('what is answered', () => {
  it('has the status of its route, and is not to be kept by caches', async () => {
    const { id: threadId } = await newThread();
    const body = JSON.stringify({ input: { text: 'Hello' }, clientRequestId: 'request-0001' });

    const reply = await call(startRun, { token: 'olga', path: { threadId }, body });

    expect(reply).toMatchObject({ statusCode: 202, headers: { 'cache-control': 'no-store' } });
    expect(bodyOf(reply)).toMatchObject({ threadId });
  });

  it('has no body when there is nothing to say', async () => {
    const { id: threadId } = await newThread();

    const reply = await call('DELETE /v1/threads/{threadId}', { token: 'olga', path: { threadId } });

    expect(reply).toMatchObject({ statusCode: 204 });
    expect(reply.body).toBeUndefined();
  });

  it('waits for what is on its way, also when the handler failed', async () => {
    await newThread();
    await call('GET /v1/threads/{threadId}', { token: 'olga', path: { threadId: world.deps.newId('thr') } });

    expect(flushes).toBe(2);
  });

  it.each(ErrorCode.options)('has a status for %s', async (code) => {
    handlers = { ...handlers, 'GET /v1/me': () => Promise.reject(new PlatformError(code, 'hunter2')) };

    const reply = await call('GET /v1/me', { token: 'olga' });

    expect(reply.statusCode).toBe(statusOf[code]);
    expect(errorOf(reply)).toMatchObject({ code, requestId: 'request-1' });
  });

  it.each([
    new Error('hunter2'),
    unavailable('hunter2', new Error('hunter2')),
    new PlatformError('internal', 'hunter2'),
  ])('says nothing of our own trouble, which is logged: %s', async (error) => {
    handlers = { ...handlers, 'GET /v1/me': () => Promise.reject(error) };

    const reply = await call('GET /v1/me', { token: 'olga' });

    expect(reply.statusCode).toBeGreaterThanOrEqual(500);
    expect(reply.body).not.toContain('hunter2');
    expect(world.lines).toMatchObject([{ level: 'error', fields: { requestId: 'request-1', error } }]);
  });

  it('logs nothing of a mistake of the caller', async () => {
    await call('GET /v1/me');

    expect(world.lines).toEqual([]);
  });
});

describe('a caller', () => {
  it('is told how much of their limit is left', async () => {
    const reply = await call('GET /v1/me', { token: 'olga' });

    expect(reply.headers).toMatchObject({
      'ratelimit-policy': '"requests";q=1000000;w=60',
      ratelimit: expect.stringMatching(/^"requests";r=99999\d;t=1$/),
    });
  });

  it('who asks too often is told when to come again', async () => {
    const limit = { name: 'requests', count: 1, seconds: 60 };
    const rate = { limit, allowed: false, remaining: 0, retryAfterSeconds: 42, resetSeconds: 60 };
    handlers = {
      ...handlers,
      'GET /v1/me': () => Promise.reject(new PlatformError('rate_limited', 'Wait.', { rate })),
    };

    const reply = await call('GET /v1/me', { token: 'olga' });

    expect(reply.statusCode).toBe(429);
    expect(reply.headers).toMatchObject({ 'retry-after': '42', ratelimit: '"requests";r=0;t=60' });
    expect(bodyOf(reply)).toEqual({
      type: '/docs#rate_limited',
      title: 'Too many requests',
      status: 429,
      detail: 'Wait.',
      code: 'rate_limited',
      retryAfterSeconds: 42,
      requestId: 'request-1',
    });
  });

  it('who starts too many runs starts none', async () => {
    const { id: threadId } = await newThread();
    const refused = Promise.reject(new PlatformError('rate_limited', 'Wait.'));
    handlers = createHandlers({ ...apiDeps(), limits: { ...world.deps.limits, run: () => refused } });
    const body = JSON.stringify({ input: { text: 'Hello' }, clientRequestId: 'request-0001' });

    const reply = await call(startRun, { token: 'olga', path: { threadId }, body });

    expect(reply.statusCode).toBe(429);
    expect(await world.types(`thread:${threadId}`)).toEqual(['thread.created']);
  });
});

describe('each route', () => {
  it('does what its use case does', async () => {
    const { workspaceId } = world.olga;
    const { id: threadId } = await newThread('Plans');
    const path = { threadId };
    const renamed = await call('PATCH /v1/threads/{threadId}', { token: 'olga', path, body: '{"title":"Better"}' });
    const body = JSON.stringify({ input: { text: 'Hello' }, clientRequestId: 'request-0001' });
    const { runId } = bodyOf(await call(startRun, { token: 'olga', path, body }));
    const cancelled = await call('POST /v1/runs/{runId}/cancel', { token: 'olga', path: { runId } });

    const get = async (key: string, given: object) => bodyOf(await call(key, { token: 'olga', ...given }));
    expect(bodyOf(renamed)).toMatchObject({ title: 'Better' });
    expect(cancelled).toMatchObject({ statusCode: 202, body: JSON.stringify({ runId }) });
    expect(await get('GET /v1/workspaces', {})).toMatchObject({ data: [{ id: workspaceId, role: 'owner' }] });
    expect(await get('GET /v1/agents', { query: { workspaceId } })).toMatchObject({ data: [{ name: 'Ada' }] });
    expect(await get('GET /v1/threads', { query: { workspaceId } })).toMatchObject({ data: [{ id: threadId }] });
    expect(await get('GET /v1/threads/{threadId}', { path })).toMatchObject({
      items: [{ text: 'Hello' }],
      runs: [{ status: 'cancelled' }],
      seq: 5,
    });
    expect(await get('GET /v1/threads/{threadId}/items', { path })).toMatchObject({
      data: [{ text: 'Hello' }],
      nextCursor: null,
    });
    expect(await get('GET /v1/threads/{threadId}/events', { path, query: { after: '4' } })).toMatchObject({
      events: [{ seq: 5, event: { type: 'run.cancelled' } }],
      head: 5,
    });
    expect(bodyOf(await call('POST /v1/socket-tickets', { token: 'olga' }))).toMatchObject({ ticket: 'ticket-1' });
  });

  it.each([
    ['GET /v1/threads/{threadId}', undefined],
    ['PATCH /v1/threads/{threadId}', '{"title":"Mine"}'],
    ['DELETE /v1/threads/{threadId}', undefined],
    ['GET /v1/threads/{threadId}/items', undefined],
    ['GET /v1/threads/{threadId}/events', undefined],
    [startRun, '{"input":{"text":"Hello"},"clientRequestId":"request-0001"}'],
  ] as const)('hides somebody else’s thread: %s', async (key, body) => {
    const { id: threadId } = await newThread();
    const missing = world.deps.newId('thr');

    const foreign = await call(key, { token: 'sven', path: { threadId }, ...(body && { body }) });
    const none = await call(key, { token: 'sven', path: { threadId: missing }, ...(body && { body }) });

    expect(foreign.statusCode).toBe(404);
    expect(foreign.body?.replace(threadId, missing)).toBe(none.body);
  });

  it('says which part is down, and why only to the log', async () => {
    const deps = {
      ...world.deps,
      store: { ...world.deps.store, ping: () => Promise.reject(new Error('hunter2')) },
      tickets: world.deps.connections,
      newTicket: () => 'ticket-1',
      version: '1.2.3',
    };
    handlers = createHandlers(deps);

    const reply = await call('GET /health/detailed');

    expect(bodyOf(reply)).toEqual({ status: 'degraded', version: '1.2.3', parts: { log: 'ok', store: 'down' } });
    expect(world.lines).toMatchObject([{ level: 'warn', fields: { part: 'store' } }]);
  });
});
