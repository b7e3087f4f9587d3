import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryRateLimiter } from '#adapters/memory/memory-rate-limiter.ts';
import { Problem } from '#core/protocol/errors.ts';
import { routeKeys, routes } from '#core/protocol/routes.ts';
import { ClientMessage } from '#core/protocol/socket.ts';
import { createRateLimits } from '#core/use-cases/rate-limits.ts';
import { createWorld, startMs, type World } from '#core/use-cases/testing.ts';
import { createHandlers } from './api/handlers.ts';
import { createRouter } from './api/router.ts';
import { createSocketHandler } from './socket/handler.ts';
import { httpEvent, socketEvent, verifierOf } from './testing.ts';

const once = { count: 1, seconds: 60 };
const often = { count: 1_000, seconds: 60 };
const settings = {
  requests: once,
  anonymousRequests: once,
  workspaceRequests: often,
  messages: once,
  anonymousMessages: once,
  runs: once,
  anonymousRuns: once,
  workspaceRuns: often,
};

let world: World;
let deps: ReturnType<typeof depsWith>;
beforeEach(() => {
  world = createWorld();
  deps = depsWith(settings);
});

function depsWith(given: typeof settings) {
  const limits = createRateLimits({
    limiter: createMemoryRateLimiter({ now: () => startMs }),
    settings: given,
    isMember: async ({ userId }, workspaceId) => userId === world.olga.userId && workspaceId === world.olga.workspaceId,
  });
  const verifier = verifierOf({ olga: world.olga, sven: world.sven });
  return { ...world.deps, tickets: world.deps.connections, verifier, limits };
}

function call(key: string, request: Parameters<typeof httpEvent>[1] = {}) {
  const door = { ...deps, sessionCookie: 'sb-test-auth-token', webOrigins: [] };
  const handlers = createHandlers({ ...deps, version: '1.2.3' });
  const router = createRouter({ door, limits: deps.limits, logger: deps.logger, flush: async () => {} }, handlers);
  return router(httpEvent(key, { token: 'olga', ...request }), {} as Context);
}

describe('every route that asks who calls', () => {
  const keys = routeKeys.filter((key) => routes[key].access !== 'public');

  it.each(keys)('%s falls under the caller’s limit, whether or not the request is a good one', async (key) => {
    await call(key);

    const refused = await call(key);

    expect(refused.statusCode).toBe(429);
    expect(refused.headers).toMatchObject({ 'retry-after': '60' });
    expect(Problem.parse(JSON.parse(refused.body ?? ''))).toMatchObject({
      code: 'rate_limited',
      retryAfterSeconds: 60,
    });
  });

  it('counts for the workspace that it names, unless a stranger names it', async () => {
    deps = depsWith({ ...settings, requests: often, workspaceRequests: once });
    const { workspaceId } = world.olga;
    const named = [
      ['GET /v1/workspaces/{workspaceId}', { path: { workspaceId } }],
      ['GET /v1/agents', { query: { workspaceId } }],
      ['POST /v1/rules', { body: JSON.stringify({ workspaceId, kind: 'never', text: 'Shout.' }) }],
    ] as const;
    for (const [key, request] of named) await call(key, { token: 'sven', ...request });

    const first = await call(named[0][0], named[0][1]);
    const later = await Promise.all(named.map(([key, request]) => call(key, request)));

    expect(first.statusCode).toBe(200);
    expect(later.map(({ statusCode }) => statusCode)).toEqual([429, 429, 429]);
  });
});

describe('every message on a socket', () => {
  const types = ClientMessage.options.map((option) => option.shape.type.value);
  const id = (kind: 'run' | 'thr' | 'itm' | 'apr') => world.deps.newId(kind);
  const messageOf = (type: (typeof types)[number]): object =>
    ({
      subscribe: { stream: 'user', after: 0 },
      unsubscribe: { stream: 'user' },
      'run.start': { agentId: world.olga.agentId, input: { text: 'Hi' }, clientRequestId: crypto.randomUUID() },
      'run.cancel': { runId: id('run') },
      'approval.resolve': { runId: id('run'), approvalId: id('apr'), resolution: { decision: 'approve' } },
      'client_tool.output': { runId: id('run'), itemId: id('itm'), result: { output: 'x' } },
      'auth.refresh': { token: 'olga' },
      ping: {},
    })[type];
  const send = async (body: string) => {
    const reply = await createSocketHandler(deps)(socketEvent('$default', 'connection-1', { body }));
    return JSON.parse(reply.body ?? '');
  };
  const connect = () =>
    createSocketHandler(deps)(
      socketEvent('$connect', 'connection-1', { headers: { 'Sec-WebSocket-Protocol': 'bearer.olga' } }),
    );

  it.each(types)('%s falls under a limit, and the refusal says when to come again', async (type) => {
    await deps.connections.open({ ...world.olga, connectionId: 'connection-1' });
    const text = () => JSON.stringify({ id: '1', type, ...messageOf(type) });
    const first = await send(text());

    const second = await send(text());

    expect(first.error?.code).not.toBe('rate_limited');
    expect(second).toMatchObject({ id: '1', type: 'error', error: { code: 'rate_limited', retryAfterSeconds: 60 } });
  });

  it('counts what is no message, and sockets that are opened', async () => {
    const opened = await connect();
    const garbage = await send('garbage');
    const again = await connect();

    expect(opened.statusCode).toBe(200);
    expect(garbage.error.code).toBe('rate_limited');
    expect(again.statusCode).toBe(429);
  });

  it('leaves the right to stop a run to whoever has started all that they may', async () => {
    deps = depsWith({ ...settings, messages: often });
    await connect();
    const start = () => send(JSON.stringify({ id: '1', type: 'run.start', ...messageOf('run.start') }));
    const { run } = await start();

    const another = await start();
    const stop = await send(JSON.stringify({ id: '2', type: 'run.cancel', runId: run.runId }));

    expect(another.error.code).toBe('rate_limited');
    expect(stop).toEqual({ id: '2', type: 'ok' });
  });
});
