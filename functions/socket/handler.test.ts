import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '#core/errors.ts';
import type { Connection } from '#core/ports/connection-store.ts';
import { ErrorReply, type ServerMessage, ServerMessage as ServerMessageSchema } from '#core/protocol/socket.ts';
import { createApiKey } from '#core/use-cases/api-keys.ts';
import { createWorld, startMs, type World } from '#core/use-cases/testing.ts';
import { issueTicket } from '#core/use-cases/tickets.ts';
import { socketEvent, verifierOf } from '../testing.ts';
import { createSocketHandler, type SocketDeps } from './handler.ts';

const connectionId = 'connection-1';

let world: World;
let deps: SocketDeps;

beforeEach(() => {
  world = createWorld();
  const later = { ...world.olga, expiresAtMs: startMs + 7_200_000 };
  const verifier = verifierOf({ olga: world.olga, later, sven: world.sven });
  deps = { ...world.deps, verifier, tickets: world.deps.connections };
});

const connect = (rest: Parameters<typeof socketEvent>[2] = {}) =>
  createSocketHandler(deps)(socketEvent('$connect', connectionId, rest));

const protocols = (...offered: string[]) => ({ headers: { 'Sec-WebSocket-Protocol': offered.join(', ') } });

async function sendText(body: string | undefined): Promise<ServerMessage> {
  const reply = await createSocketHandler(deps)(
    socketEvent('$default', connectionId, body === undefined ? {} : { body }),
  );
  expect(reply.statusCode).toBe(200);
  return ServerMessageSchema.parse(JSON.parse(reply.body ?? ''));
}

const send = (message: object) => sendText(JSON.stringify({ id: '1', ...message }));

describe('connecting', () => {
  it('with a token among the sub-protocols is answered with ours', async () => {
    const reply = await connect(protocols('troupe.v1', 'bearer.olga'));

    expect(reply).toEqual({ statusCode: 200, headers: { 'Sec-WebSocket-Protocol': 'troupe.v1' } });
    expect(await deps.connections.get(connectionId)).toMatchObject({
      userId: world.olga.userId,
      expiresAtMs: world.olga.expiresAtMs,
    });
  });

  it('finds the header however it is written', async () => {
    const reply = await connect({ headers: { 'sec-websocket-protocol': 'bearer.olga,troupe.v1' } });

    expect(reply.statusCode).toBe(200);
  });

  it('with a ticket works once', async () => {
    const { ticket } = await issueTicket({ ...deps, newTicket: () => 'ticket-1' }, world.olga);

    const first = await connect({ queryStringParameters: { ticket } });
    const second = await connect({ queryStringParameters: { ticket } });

    expect(first).toEqual({ statusCode: 200 });
    expect(second).toEqual({ statusCode: 401 });
    expect(await deps.connections.get(connectionId)).toMatchObject({ userId: world.olga.userId });
  });

  it('with a ticket is answered with our sub-protocol if that was offered', async () => {
    const { ticket } = await issueTicket({ ...deps, newTicket: () => 'ticket-1' }, world.olga);

    const reply = await connect({ ...protocols('troupe.v1'), queryStringParameters: { ticket } });

    expect(reply.headers).toEqual({ 'Sec-WebSocket-Protocol': 'troupe.v1' });
  });

  it('with a ticket that is too old is refused', async () => {
    const { ticket } = await issueTicket({ ...deps, newTicket: () => 'ticket-1' }, world.olga);
    world.pass(30_001);

    expect(await connect({ queryStringParameters: { ticket } })).toEqual({ statusCode: 401 });
  });

  it.each([
    ['nothing', {}],
    ['our sub-protocol alone', protocols('troupe.v1')],
    ['a token that does not verify', protocols('troupe.v1', 'bearer.forged')],
    ['a token that has run out', protocols('troupe.v1', 'bearer.old')],
    ['a ticket that nobody issued', { queryStringParameters: { ticket: 'nonsense' } }],
    [
      'a bad ticket beside a good token',
      { ...protocols('bearer.olga'), queryStringParameters: { ticket: 'nonsense' } },
    ],
    ['a token in the URL', { queryStringParameters: { token: 'olga' } }],
  ])('with %s is refused', async (_, rest) => {
    expect(await connect(rest)).toEqual({ statusCode: 401 });
    expect(await deps.connections.get(connectionId)).toBeNull();
    expect(world.lines).toEqual([]);
  });

  it.each([
    ['a token', async () => protocols('bearer.olga')],
    [
      'a ticket',
      async () => ({
        queryStringParameters: await issueTicket({ ...deps, newTicket: () => 'ticket-1' }, world.olga).then(
          ({ ticket }) => ({ ticket }),
        ),
      }),
    ],
  ])('with %s from before signing out everywhere is refused', async (_, proof) => {
    const rest = await proof();
    await deps.sessions.revoke(world.olga.userId, startMs + 1);

    expect(await connect(rest)).toEqual({ statusCode: 401 });
  });

  it('leaves nothing open when its person signs out everywhere meanwhile', async () => {
    const { open } = deps.connections;
    const connections = {
      ...deps.connections,
      open: async (connection: Connection) => {
        await open(connection);
        await deps.sessions.revoke(world.olga.userId, startMs + 1);
      },
    };
    deps = { ...deps, connections };

    expect(await connect(protocols('bearer.olga'))).toEqual({ statusCode: 401 });
    expect(await deps.connections.get(connectionId)).toBeNull();
  });

  it('says that it can be tried again when a store is down, and logs it', async () => {
    deps = {
      ...deps,
      connections: { ...deps.connections, open: () => Promise.reject(unavailable('A store', new Error('down'))) },
    };

    expect(await connect(protocols('troupe.v1', 'bearer.olga'))).toEqual({ statusCode: 503 });
    expect(world.lines).toMatchObject([{ level: 'error' }]);
  });
});

describe('disconnecting', () => {
  it('forgets the connection and all that it listens to', async () => {
    await connect(protocols('troupe.v1', 'bearer.olga'));
    await send({ type: 'subscribe', stream: 'user', after: 0 });

    const reply = await createSocketHandler(deps)(socketEvent('$disconnect', connectionId));

    expect(reply.statusCode).toBe(200);
    expect(await deps.connections.get(connectionId)).toBeNull();
    expect(await deps.connections.subscribers(`user:${world.olga.userId}`)).toEqual([]);
  });
});

describe('each message', () => {
  beforeEach(async () => {
    await connect(protocols('troupe.v1', 'bearer.olga'));
  });

  it('is answered once, with its id', async () => {
    const { runId, threadId } = await world.start(world.olga, {
      agentId: world.olga.agentId,
      input: { text: 'Hello' },
    });
    const stream = `thread:${threadId}`;

    expect(await send({ id: 'a', type: 'ping' })).toEqual({ id: 'a', type: 'ok' });
    expect(await send({ id: 'b', type: 'subscribe', stream, after: 0 })).toEqual({ id: 'b', type: 'ok', head: 3 });
    expect(await send({ id: 'c', type: 'run.cancel', runId })).toEqual({ id: 'c', type: 'ok' });
    expect(await send({ id: 'd', type: 'unsubscribe', stream })).toEqual({ id: 'd', type: 'ok' });
    expect(world.pushes(connectionId).map(({ head }) => head)).toEqual([3, 4]);
  });

  it('that starts a run is answered with it, and with the same when it comes again', async () => {
    const { agentId } = world.olga;
    const start = { type: 'run.start', agentId, input: { text: 'Hello' }, clientRequestId: 'request-0001' };

    const first = await send(start);
    const second = await send({ ...start, id: '2' });

    expect(first).toMatchObject({ id: '1', type: 'ok', run: { threadId: expect.stringMatching(/^thr_/) } });
    expect(second).toEqual({ ...first, id: '2' });
  });

  it.each(['{', '', undefined, 'ping'])('that is no JSON is answered without an id: %j', async (text) => {
    expect(await sendText(text)).toMatchObject({ id: null, type: 'error', error: { code: 'invalid_request' } });
  });

  it.each(['null', '[]', '"ping"', '{}', '{"type":"ping"}', '{"id":7,"type":"ping"}', '{"id":"","type":"ping"}'])(
    'without an id is answered without one: %s',
    async (text) => {
      expect(await sendText(text)).toMatchObject({ id: null, type: 'error', error: { code: 'invalid_request' } });
    },
  );

  it('of an unknown type is told so', async () => {
    expect(await send({ type: 'dance' })).toMatchObject({
      id: '1',
      error: { code: 'unknown_type', message: 'This server does not know messages of the type "dance".' },
    });
  });

  it('names the fields that are wrong', async () => {
    const reply = ErrorReply.parse(await send({ type: 'subscribe', stream: 'user', after: -1, surprise: true }));

    expect(reply).toMatchObject({ id: '1', error: { code: 'invalid_request', requestId: 'request-1' } });
    expect(reply.error.details?.map(({ path }) => path).toSorted()).toEqual(['', 'after']);
  });

  it('that is too large is told so', async () => {
    const { agentId } = world.olga;
    const input = { text: 'x'.repeat(96 * 1024 + 1) };

    const reply = await send({ type: 'run.start', agentId, input, clientRequestId: 'request-0001' });

    expect(reply).toMatchObject({ id: '1', error: { code: 'input_too_large' } });
  });

  it.each([
    ['somebody else’s thread', () => ({ type: 'run.start', threadId: world.deps.newId('thr') })],
    ['somebody else’s agent', () => ({ type: 'run.start', agentId: world.sven.agentId })],
  ])('about %s finds none', async (_, message) => {
    const request = { input: { text: 'Hello' }, clientRequestId: 'request-0001' };

    expect(await send({ ...message(), ...request })).toMatchObject({ error: { code: 'not_found' } });
  });

  it('about a run or stream of somebody else finds none', async () => {
    const { runId, threadId } = await world.start(world.sven, {
      agentId: world.sven.agentId,
      input: { text: 'Hello' },
    });

    const cancel = await send({ type: 'run.cancel', runId });
    const subscribe = await send({ type: 'subscribe', stream: `thread:${threadId}`, after: 0 });

    expect([cancel, subscribe]).toMatchObject(Array(2).fill({ type: 'error', error: { code: 'not_found' } }));
    expect(await world.record(runId)).toMatchObject({ status: 'queued' });
  });

  it.each(['thread:thr_1', 'thread:', `thread:run_${'0'.repeat(26)}`])(
    'with a wrong id is told so: %s',
    async (stream) => {
      for (const message of [
        { type: 'subscribe', stream, after: 0 },
        { type: 'unsubscribe', stream },
      ]) {
        expect(await send(message)).toMatchObject({ id: '1', error: { code: 'not_found' } });
      }
      expect(await send({ type: 'run.cancel', runId: 'thr_1' })).toMatchObject({ error: { code: 'invalid_request' } });
    },
  );

  it('beyond the newest event is told so', async () => {
    expect(await send({ type: 'subscribe', stream: 'user', after: 7 })).toMatchObject({
      error: { code: 'after_beyond_head' },
    });
  });

  it('waits for what is on its way, also when it failed', async () => {
    const { agentId } = world.olga;
    await send({ type: 'subscribe', stream: 'user', after: 0 });
    const queue = { ...deps.queue, send: () => Promise.reject(unavailable('The run queue', new Error('hunter2'))) };
    let isFlushed = false;
    const flush = async () => {
      await world.deps.publisher.flush();
      isFlushed = true;
    };
    deps = { ...deps, queue, publisher: { ...deps.publisher, flush } };

    const reply = await send({ type: 'run.start', agentId, input: { text: 'Hi' }, clientRequestId: 'request-0001' });

    expect(reply).toMatchObject({ type: 'error', error: { code: 'unavailable' } });
    expect(JSON.stringify(reply)).not.toMatch(/hunter2|queue/);
    expect(world.lines).toMatchObject([{ level: 'error', fields: { connectionId } }]);
    expect(world.pushes(connectionId)).toMatchObject([{ stream: 'user', head: 1 }]);
    expect(isFlushed).toBe(true);
  });
});

describe('a connection', () => {
  it('that nobody knows is told to connect again', async () => {
    expect(await send({ type: 'ping' })).toMatchObject({ id: '1', error: { code: 'connection_unknown' } });
    expect(await send({ type: 'auth.refresh', token: 'olga' })).toMatchObject({
      error: { code: 'connection_unknown' },
    });
  });

  it('whose token has run out may only bring a new one', async () => {
    await connect(protocols('troupe.v1', 'bearer.olga'));
    world.pass(3_600_000);

    const before = await send({ type: 'ping' });
    const refreshed = await send({ type: 'auth.refresh', token: 'later' });
    const after = await send({ type: 'ping' });

    expect(before).toMatchObject({ id: '1', error: { code: 'token_expired' } });
    expect([refreshed.type, after.type]).toEqual(['ok', 'ok']);
  });

  it.each([
    ['sven', 'forbidden'],
    ['forged', 'unauthenticated'],
    ['old', 'token_expired'],
  ])('does not take the token %s', async (token, code) => {
    await connect(protocols('troupe.v1', 'bearer.olga'));

    expect(await send({ type: 'auth.refresh', token })).toMatchObject({ type: 'error', error: { code } });
    expect(await deps.connections.get(connectionId)).toMatchObject({
      userId: world.olga.userId,
      expiresAtMs: world.olga.expiresAtMs,
    });
  });

  it('ends when it goes on for a minute after that', async () => {
    await connect(protocols('troupe.v1', 'bearer.olga'));
    world.pass(3_600_000);
    const soon = await send({ type: 'ping' });
    const closedSoon = [...world.sockets.closed];
    world.pass(60_000);

    const late = await send({ type: 'ping' });

    expect([soon, late]).toMatchObject([{ error: { code: 'token_expired' } }, { error: { code: 'token_expired' } }]);
    expect([closedSoon, world.sockets.closed]).toEqual([[], [connectionId]]);
    expect(await deps.connections.get(connectionId)).toBeNull();
  });

  it('of an API key does what its scopes say', async () => {
    const made = await createApiKey(world.deps, world.olga, world.olga.workspaceId, { name: 'K', scopes: ['read'] });
    await connect(protocols('troupe.v1', `bearer.${made.secret}`));
    const input = { text: 'Hello' };

    const subscribed = await send({ type: 'subscribe', stream: `workspace:${world.olga.workspaceId}`, after: 0 });
    const started = await send({
      type: 'run.start',
      agentId: world.olga.agentId,
      input,
      clientRequestId: crypto.randomUUID(),
    });
    const refreshed = await send({ type: 'auth.refresh', token: made.secret });
    const changed = await send({ type: 'auth.refresh', token: 'olga' });

    expect([subscribed, refreshed]).toMatchObject([{ type: 'ok' }, { type: 'ok' }]);
    expect([started, changed]).toMatchObject([{ error: { code: 'forbidden' } }, { error: { code: 'forbidden' } }]);
  });
});
