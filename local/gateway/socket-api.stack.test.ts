import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket as ClientSocket } from 'ws';
import type { Lambda } from '#local/aws/lambda.ts';
import { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
import { openSocket } from './test-socket.ts';

interface SocketEvent {
  body?: string;
  headers?: Record<string, string>;
  queryStringParameters?: Record<string, string>;
  requestContext: Record<string, unknown> & { connectionId: string; routeKey: string };
}

type Handler = (event: SocketEvent) => unknown;

let gateway: Gateway | undefined;

afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
});

/** Starts a gateway whose routes are the given handlers. */
async function start(handlers: Record<string, Handler>, options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const lambdas: Lambda[] = Object.entries(handlers).map(([name, handler]) => ({ name, handler }));
  const routes = Object.fromEntries(Object.keys(handlers).map((name) => [name, name]));
  gateway = await createGateway({ port: 0, lambdas, socket: { routes }, ...options });
  return gateway;
}

/** A $disconnect handler and the event it will get. */
function disconnection() {
  const { promise, resolve } = Promise.withResolvers<SocketEvent['requestContext']>();
  const handler = (event: SocketEvent) => {
    resolve(event.requestContext);
    return { statusCode: 200 };
  };
  return { handler, context: promise };
}

describe('$connect', () => {
  it('holds the upgrade until the handler has agreed', async () => {
    const asked = Promise.withResolvers<SocketEvent>();
    const agree = Promise.withResolvers<object>();
    const { socketUrl } = await start({
      $connect: (event) => {
        asked.resolve(event);
        return agree.promise;
      },
    });

    const opening = openSocket(`${socketUrl}?ticket=t1`, [], { 'X-Client': 'test' });
    const event = await asked.promise;
    const idsBefore = gateway?.connectionIds();
    agree.resolve({ statusCode: 200 });
    await opening;

    expect(idsBefore).toEqual([]);
    expect(event.queryStringParameters).toEqual({ ticket: 't1' });
    expect(event.headers).toMatchObject({ 'X-Client': 'test' });
    expect(event.requestContext).toMatchObject({ routeKey: '$connect', eventType: 'CONNECT', stage: 'local' });
    expect(gateway?.connectionIds()).toEqual([event.requestContext.connectionId]);
  });

  it('echoes the sub-protocol only when the handler returns it', async () => {
    const { socketUrl } = await start({
      $connect: () => ({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'troupe.v1' } }),
    });

    const socket = await openSocket(socketUrl, ['troupe.v1', 'bearer.x']);

    expect(socket.protocol).toBe('troupe.v1');
  });

  it('leaves a client that offered a sub-protocol without one when the handler returns none', async () => {
    const { socketUrl } = await start({ $connect: () => ({ statusCode: 200 }) });

    const socket = new WebSocket(socketUrl, ['troupe.v1']);
    await once(socket, 'close');

    expect(socket.protocol).toBe('');
  });

  it.each([
    ['denies with its own status', () => ({ statusCode: 401 }), 401],
    ['denies with 403', () => ({ statusCode: 403 }), 403],
    ['throws', () => Promise.reject(new Error('no')), 502],
    ['returns nothing', () => undefined, 502],
    ['never answers', () => new Promise(() => {}), 504],
  ])('refuses the upgrade when the handler %s', async (_what, handler, statusCode) => {
    const { socketUrl } = await start({ $connect: handler }, { limits: { socketIntegrationMs: 20 } });

    await expect(openSocket(socketUrl)).rejects.toThrow(`refused with ${statusCode}`);
  });

  it('refuses a path that is not the stage', async () => {
    const { socketUrl } = await start({ $connect: () => ({ statusCode: 200 }) });

    await expect(openSocket(`${socketUrl}/else`)).rejects.toThrow('refused with 403');
  });

  it('asks an authorizer first, which sees 401 for a missing identity and passes its context on', async () => {
    const policy = (event: SocketEvent) => ({
      principalId: 'usr_1',
      policyDocument: { Statement: [{ Effect: event.headers?.['X-Key'] === 'good' ? 'Allow' : 'Deny' }] },
      context: { role: 'owner' },
    });
    const connected = Promise.withResolvers<SocketEvent>();
    const connect = (event: SocketEvent) => {
      connected.resolve(event);
      return { statusCode: 200 };
    };
    const { socketUrl } = await start(
      {},
      {
        lambdas: [
          { name: 'policy', handler: policy },
          { name: 'connect', handler: connect },
        ],
        socket: {
          routes: { $connect: 'connect' },
          authorizer: { lambda: 'policy', identitySources: ['route.request.header.X-Key'] },
        },
      },
    );

    await expect(openSocket(socketUrl)).rejects.toThrow('refused with 401');
    await expect(openSocket(socketUrl, [], { 'X-Key': 'bad' })).rejects.toThrow('refused with 403');
    await openSocket(socketUrl, [], { 'X-Key': 'good' });

    const event = await connected.promise;
    expect(event.requestContext).toMatchObject({ authorizer: { principalId: 'usr_1', role: 'owner' } });
  });

  it('tells $disconnect when the client left during $connect', async () => {
    const asked = Promise.withResolvers<void>();
    const agree = Promise.withResolvers<object>();
    const ended = disconnection();
    const connect = () => {
      asked.resolve();
      return agree.promise;
    };
    const { socketUrl } = await start({ $connect: connect, $disconnect: ended.handler });

    const socket = new ClientSocket(socketUrl);
    socket.on('error', () => {});
    await asked.promise;
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.terminate();
    await closed;
    agree.resolve({ statusCode: 200 });

    expect(await ended.context).toMatchObject({ disconnectStatusCode: 1006 });
  });
});

describe('close()', () => {
  it('does not wait for a $connect that never answers', async () => {
    const asked = Promise.withResolvers<void>();
    const connect = () => {
      asked.resolve();
      return new Promise(() => {});
    };
    const { socketUrl, close } = await start({ $connect: connect }, { limits: { shutdownMs: 20 } });

    const refused = expect(openSocket(socketUrl)).rejects.toThrow('socket hang up');
    await asked.promise;
    await close();

    await refused;
  });
});

describe('messages', () => {
  it('are routed by the selection expression and answered with the body of the result', async () => {
    const { socketUrl, counters } = await start({
      ping: (event) => ({ statusCode: 200, body: `pong ${String(event.requestContext['messageId']).length}` }),
      $default: (event) => ({ statusCode: 200, body: `default ${event.body}` }),
    });
    const { socket, next } = await openSocket(socketUrl);

    socket.send('{"type":"ping"}');
    expect(await next()).toBe('pong 16');
    socket.send('{"type":"$connect"}');
    expect(await next()).toBe('default {"type":"$connect"}');
    socket.send('not json');
    expect(await next()).toBe('default not json');
    expect(counters.socketMessages).toBe(3);
  });

  it('without a route are forbidden', async () => {
    const { socketUrl } = await start({ ping: () => ({ statusCode: 200 }) });
    const { socket, next } = await openSocket(socketUrl);

    socket.send('{"type":"else"}');

    expect(JSON.parse(await next())).toMatchObject({ message: 'Forbidden', connectionId: expect.any(String) });
  });

  it('whose handler fails or takes too long get the error frame of API Gateway', async () => {
    const handlers = { fail: () => Promise.reject(new Error('secret')), hang: () => new Promise(() => {}) };
    const { socketUrl } = await start(handlers, { limits: { socketIntegrationMs: 20 } });
    const { socket, next } = await openSocket(socketUrl);

    socket.send('{"type":"fail"}');
    const failed = JSON.parse(await next());
    socket.send('{"type":"hang"}');
    const late = JSON.parse(await next());

    const [connectionId] = gateway?.connectionIds() ?? [];
    expect(failed).toEqual({ message: 'Internal server error', connectionId, requestId: expect.any(String) });
    expect(late).toMatchObject({ message: 'Endpoint request timed out' });
  });

  it('of one connection run concurrently and may overtake each other', async () => {
    const slow = Promise.withResolvers<object>();
    const { socketUrl } = await start({ slow: () => slow.promise, fast: () => ({ body: 'fast' }) });
    const { socket, next } = await openSocket(socketUrl);

    socket.send('{"type":"slow"}');
    socket.send('{"type":"fast"}');
    const first = await next();
    slow.resolve({ body: 'slow' });

    expect([first, await next()]).toEqual(['fast', 'slow']);
  });
});

describe('the end of a connection', () => {
  it.each([
    ['a frame over 32 KB', (socket: ClientSocket) => socket.send('x'.repeat(32 * 1024 + 1)), 1009],
    [
      'a message over 128 KB in small frames',
      (socket: ClientSocket) => {
        for (let frame = 0; frame < 5; frame += 1) socket.send('x'.repeat(30_000), { fin: frame === 4 });
      },
      1009,
    ],
    ['a binary message', (socket: ClientSocket) => socket.send(Buffer.from([1])), 1003],
  ])('comes with %s', async (_what, send, code) => {
    const ended = disconnection();
    const received: unknown[] = [];
    const { socketUrl } = await start({ $disconnect: ended.handler, $default: (event) => received.push(event.body) });
    const { socket, closed } = await openSocket(socketUrl);

    send(socket);

    expect((await closed).code).toBe(code);
    expect(await ended.context).toMatchObject({ disconnectStatusCode: code });
    expect(received).toEqual([]);
  });

  it('does not come with a large message in small frames', async () => {
    const { socketUrl } = await start({ $default: (event) => ({ body: String(event.body?.length) }) });
    const { socket, next } = await openSocket(socketUrl);

    for (let frame = 0; frame < 4; frame += 1) socket.send('x'.repeat(32 * 1024), { fin: frame === 3 });

    expect(await next()).toBe(String(128 * 1024));
  });

  it.each([
    ['it was idle', { idleMs: 30 }],
    ['its life is over', { lifeMs: 30 }],
  ])('comes with 1001 when %s', async (_what, limits) => {
    const ended = disconnection();
    const { socketUrl } = await start({ $disconnect: ended.handler }, { limits });
    const { closed } = await openSocket(socketUrl);

    expect(await closed).toEqual({ code: 1001, reason: 'Going away' });
    expect(await ended.context).toMatchObject({ disconnectStatusCode: 1001, disconnectReason: 'Going away' });
  });

  it('reports what the client said when it left', async () => {
    const ended = disconnection();
    const { socketUrl } = await start({ $disconnect: ended.handler });
    const { socket } = await openSocket(socketUrl);

    socket.close(4000, 'done');

    expect(await ended.context).toMatchObject({
      eventType: 'DISCONNECT',
      disconnectStatusCode: 4000,
      disconnectReason: 'done',
    });
    expect(gateway?.connectionIds()).toEqual([]);
  });

  it('can be caused by a test, as a lost network would', async () => {
    const ended = disconnection();
    const { socketUrl, dropConnection, connectionIds } = await start({ $disconnect: ended.handler });
    const { closed } = await openSocket(socketUrl);

    expect(dropConnection(connectionIds()[0] ?? '')).toBe(true);

    expect((await closed).code).toBe(1006);
    expect(await ended.context).toMatchObject({ disconnectStatusCode: 1006 });
    expect(dropConnection('nobody')).toBe(false);
  });

  it('comes to all with close(), after whose $disconnect nothing is left', async () => {
    const left: string[] = [];
    const handlers = { $disconnect: (event: SocketEvent) => left.push(event.requestContext.connectionId) };
    const { socketUrl, connectionIds, close } = await start(handlers);
    const sockets = await Promise.all([openSocket(socketUrl), openSocket(socketUrl)]);
    const ids = connectionIds();

    await close();

    expect(await Promise.all(sockets.map(async ({ closed }) => (await closed).code))).toEqual([1001, 1001]);
    expect(left.toSorted()).toEqual(ids.toSorted());
    await expect(openSocket(socketUrl)).rejects.toThrow('ECONNREFUSED');
  });
});
