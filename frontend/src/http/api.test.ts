import { describe, expect, it, vi } from 'vitest';
import { ThreadId } from '#core/protocol/ids.ts';
import { createApi, pathOf } from './api.ts';
import { CallError, mayPass } from './call-error.ts';

const threadId = ThreadId.parse('thr_01jd0000000000000000000001');
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

function setUp(...answers: (Response | Error)[]) {
  const fetch = vi.fn<typeof globalThis.fetch>(() => {
    const answer = answers.shift();
    return answer instanceof Response ? Promise.resolve(answer) : Promise.reject(answer);
  });
  const renewToken = vi.fn(() => Promise.resolve());
  const api = createApi({ baseUrl: 'https://api', fetch, token: () => Promise.resolve('t'), renewToken });
  return { api, fetch, renewToken };
}

describe('createApi', () => {
  it('fills in the path and sends the token', async () => {
    const { api, fetch } = setUp(json({ status: 'ok' }), new Response(null, { status: 204 }));

    await api('GET /health', {});
    await api('DELETE /v1/threads/{threadId}', { path: { threadId } });

    const [url, init] = fetch.mock.calls[1] ?? [];
    expect(url).toBe(`https://api/v1/threads/${threadId}`);
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer t');
  });

  it('renews a refused token once', async () => {
    const { api, renewToken } = setUp(json({}, 401), json({ status: 'ok' }));

    const reply = await api('GET /health', {});

    expect(reply).toEqual({ status: 'ok' });
    expect(renewToken).toHaveBeenCalledOnce();
  });

  it('throws what the server says, or that it was not reached', async () => {
    const problem = { type: '/docs#not_found', title: 'There is no such thing', status: 404, code: 'not_found' };
    const { api } = setUp(json({ ...problem, detail: 'No such thread' }, 404), new TypeError('net'));

    const refused = await api('GET /v1/me', {}).catch((error: unknown) => error);
    const lost = await api('GET /v1/me', {}).catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(CallError);
    expect(refused).toMatchObject({ message: 'No such thread', failure: { reason: 'refused' } });
    expect(lost).toMatchObject({ failure: { reason: 'unreachable' } });
  });

  it('takes a code that it does not know as a refusal for good', async () => {
    const problem = { type: '/docs#tired', title: 'Tired', status: 409, code: 'tired', detail: 'It is too late' };
    const { api } = setUp(json(problem, 409));

    const refused = await api('GET /v1/me', {}).catch((error: unknown) => error);

    expect(refused).toMatchObject({ message: 'It is too late', failure: { error: { code: 'tired' } } });
    expect(refused instanceof CallError && mayPass(refused.failure)).toBe(false);
  });

  it('does not trust an answer of another shape', async () => {
    const { api } = setUp(json({ status: 'fine, thanks' }));

    await expect(api('GET /health', {})).rejects.toMatchObject({ failure: { error: { code: 'unavailable' } } });
  });
});

describe('pathOf', () => {
  it('leaves out what is undefined', () => {
    expect(pathOf('/v1/threads', { query: { cursor: undefined, limit: 3, q: 'a b' } })).toBe(
      '/v1/threads?limit=3&q=a+b',
    );
  });
});
