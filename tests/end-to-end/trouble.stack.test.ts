import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fold } from '../support/fold.ts';
import { connect, hasEnded } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newRequestId, newUser, type TestUser } from '../support/test-user.ts';
import { say } from '../support/thread-client.ts';

let stack: TestStack;
let user: TestUser;
let stranger: TestUser;

beforeAll(async () => {
  stack = await startTestStack({ workerEnv: { DEMO_TOKENS_PER_SECOND: '300' } });
  [user, stranger] = await Promise.all([newUser(stack), newUser(stack)]);
});
afterAll(() => stack?.stop());

const forged = async (changes: { secret?: string; issuer?: string; expiresIn?: number }) =>
  new SignJWT({ role: 'authenticated', is_anonymous: true })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(user.userId)
    .setAudience('authenticated')
    .setIssuer(changes.issuer ?? `${stack.supabaseUrl}/auth/v1`)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + (changes.expiresIn ?? 600))
    .sign(new TextEncoder().encode(changes.secret ?? stack.jwtSecret));

const unsigned = () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const [, claims = ''] = user.token.split('.');
  return `${part({ alg: 'none', typ: 'JWT' })}.${claims}.`;
};

describe('a caller who is not who they say', () => {
  const tokens: [string, () => string | Promise<string>, string][] = [
    ['no token', () => '', 'unauthenticated'],
    ['something that is no token', () => 'hello', 'unauthenticated'],
    ['an expired token', () => forged({ expiresIn: -10 }), 'token_expired'],
    ['a token of another issuer', () => forged({ issuer: 'https://example.supabase.co/auth/v1' }), 'unauthenticated'],
    ['a token signed with another key', () => forged({ secret: randomBytes(32).toString('hex') }), 'unauthenticated'],
    ['a token with alg none', unsigned, 'unauthenticated'],
  ];

  it.each(tokens)('is turned away over HTTP and at the socket: %s', async (_name, make, code) => {
    const token = await make();

    const overHttp = await user.request('GET /v1/me', { token });
    const atSocket = connect(stack.socketUrl, { token });

    expect(overHttp).toMatchObject({ status: 401, body: { code } });
    await expect(atSocket).rejects.toThrow('refused: 401');
  });

  it('is let in by a good token made the same way, so that the refusals above are for their own reasons', async () => {
    const token = await forged({});

    expect((await user.request('GET /v1/me', { token })).status).toBe(200);
  });
});

describe('a socket ticket', () => {
  it('opens one socket, once', async () => {
    const { ticket } = await user.call('POST /v1/socket-tickets');

    const socket = await connect(stack.socketUrl, { ticket });

    await expect(connect(stack.socketUrl, { ticket })).rejects.toThrow('refused: 401');
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'ok' });
    await expect(connect(stack.socketUrl, { ticket: 'made-up' })).rejects.toThrow('refused: 401');
    await socket.close();
  });
});

describe('a message that makes no sense', () => {
  it('is answered with an error of its own, and the socket goes on', async () => {
    const socket = await connect(stack.socketUrl, { token: user.token });

    expect(await socket.askRaw('{oops')).toMatchObject({ id: null, type: 'error', error: { code: 'invalid_request' } });
    expect(await socket.askRaw('[]')).toMatchObject({ id: null, type: 'error', error: { code: 'invalid_request' } });
    expect(await socket.ask({ type: 'make.coffee' })).toMatchObject({ type: 'error', error: { code: 'unknown_type' } });
    expect(await socket.ask({ type: 'ping', extra: true })).toMatchObject({ error: { code: 'invalid_request' } });
    expect(await socket.ask({ type: 'run.cancel', runId: 'run_1' })).toMatchObject({
      error: { code: 'invalid_request', details: [{ path: 'runId' }] },
    });
    expect(
      await socket.ask({ type: 'run.start', agentId: user.agents['Editor']?.id, clientRequestId: newRequestId() }),
    ).toMatchObject({
      error: { code: 'invalid_request', details: [{ path: 'input' }] },
    });
    expect(await socket.ask({ type: 'ping' })).toMatchObject({ type: 'ok' });
    await socket.close();
  });

  it('is refused, or ends the connection, when it is too large', async () => {
    const socket = await connect(stack.socketUrl, { token: user.token });
    const start = (text: string) => ({
      type: 'run.start',
      agentId: user.agents['Editor']?.id,
      input: { text },
      clientRequestId: newRequestId(),
    });

    const tooLong = await socket.ask(start('x'.repeat(97 * 1024)));
    void socket.ask(start('x'.repeat(200 * 1024)));

    expect(tooLong).toMatchObject({ type: 'error', error: { code: 'input_too_large' } });
    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  it('is refused over HTTP with the field that is wrong', async () => {
    const cases = await Promise.all([
      user.request('POST /v1/threads', { body: '{oops' }),
      user.request('POST /v1/threads', { body: { agentId: 'agt_nope' } }),
      user.request('POST /v1/threads', { body: { agentId: user.agents['Editor']?.id, surprise: 1 } }),
      user.request('GET /v1/threads', { query: { workspaceId: user.workspace.id, limit: '1000' } }),
      user.request('GET /v1/threads', { query: { workspaceId: user.workspace.id, cursor: 'nonsense' } }),
      user.request('GET /v1/threads/{threadId}', { path: { threadId: 'thr_1' } }),
    ]);

    for (const { status, body } of cases) {
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'invalid_request', requestId: expect.any(String) });
    }
  });
});

describe("somebody else's things", () => {
  it('do not exist, over HTTP and at the socket', async () => {
    const socket = await connect(stack.socketUrl, { token: user.token });
    const { threadId, runId } = await say(socket, user, 'Mine');
    const other = await connect(stack.socketUrl, { token: stranger.token });
    const path = { threadId };
    const body = { input: { text: 'Hello' }, clientRequestId: newRequestId() };

    const answers = await Promise.all([
      stranger.request('GET /v1/threads/{threadId}', { path }),
      stranger.request('PATCH /v1/threads/{threadId}', { path, body: { title: 'Yours' } }),
      stranger.request('DELETE /v1/threads/{threadId}', { path }),
      stranger.request('GET /v1/threads/{threadId}/items', { path }),
      stranger.request('GET /v1/threads/{threadId}/events', { path }),
      stranger.request('POST /v1/threads/{threadId}/runs', { path, body }),
      stranger.request('POST /v1/runs/{runId}/cancel', { path: { runId } }),
      stranger.request('POST /v1/threads', { body: { agentId: user.agents['Editor']?.id } }),
    ]);
    const replies = await Promise.all([
      other.ask({ type: 'subscribe', stream: `thread:${threadId}`, after: 0 }),
      other.ask({ type: 'subscribe', stream: 'thread:nonsense', after: 0 }),
      other.ask({ type: 'run.cancel', runId }),
      other.ask({ type: 'run.start', threadId, input: { text: 'Hi' }, clientRequestId: newRequestId() }),
      other.ask({
        type: 'run.start',
        agentId: user.agents['Editor']?.id,
        input: { text: 'Hi' },
        clientRequestId: newRequestId(),
      }),
    ]);
    const lists = await stranger.request('GET /v1/threads', { query: { workspaceId: user.workspace.id } });

    for (const { status, body: reply } of answers) {
      expect({ status, reply }).toMatchObject({ status: 404, reply: { code: 'not_found' } });
    }
    for (const reply of replies) expect(reply).toMatchObject({ type: 'error', error: { code: 'not_found' } });
    expect(lists.body).toEqual({ data: [], nextCursor: null });
    expect(other.pushed(`thread:${threadId}`)).toEqual([]);
    await Promise.all([socket.close(), other.close()]);
  });
});

describe('a client that is out of step', () => {
  it('is told when it asks for what has not happened yet', async () => {
    const socket = await connect(stack.socketUrl, { token: user.token });
    const { threadId } = await say(socket, user, 'Hello');

    const reply = await socket.ask({ type: 'subscribe', stream: `thread:${threadId}`, after: 10_000 });
    const overHttp = await user.request('GET /v1/threads/{threadId}/events', {
      path: { threadId },
      query: { after: '10000' },
    });

    expect(reply).toMatchObject({ type: 'error', error: { code: 'after_beyond_head' } });
    expect(overHttp).toMatchObject({ status: 409, body: { code: 'after_beyond_head' } });
    await socket.close();
  });

  it('loses pushes to a throttled gateway and to a cut network, and nothing else', async () => {
    const socket = await connect(stack.socketUrl, { token: user.token });
    const gone = await connect(stack.socketUrl, { token: user.token });
    const { threadId, runId } = await say(socket, user, 'Write a long answer');
    const stream = `thread:${threadId}` as const;
    await Promise.all([socket, gone].map((each) => each.askOk({ type: 'subscribe', stream, after: 0 })));
    await gone.until(stream, (events) => events.length >= 5);

    gone.cut();
    stack.fault({ fault: 'throttle-posts', count: 5 });
    await socket.until(stream, hasEnded(runId));
    const known = fold(socket.pushed(stream)).seq;
    await socket.askOk({ type: 'subscribe', stream, after: known });
    const view = fold(socket.pushed(stream));

    const { head } = await user.call('GET /v1/threads/{threadId}/events', { path: { threadId } });
    expect(view.seq).toBe(head);
    expect(view.runs[runId]?.status).toBe('completed');
    await socket.close();
  });
});
