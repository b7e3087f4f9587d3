import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { RouteKey } from '#core/protocol/routes.ts';
import { routeKeys, routes } from '#core/protocol/routes.ts';
import { createWorld, type World } from '#core/use-cases/testing.ts';
import { httpEvent, verifierOf } from '../testing.ts';
import { createHandlers } from './handlers.ts';
import { createRouter } from './router.ts';

type PostKey = Extract<RouteKey, `POST ${string}`>;

interface Request {
  readonly path?: Record<string, string>;
  readonly body: Record<string, unknown>;
  /** The same key for this is a mistake. */
  readonly other: Record<string, unknown>;
  /** What the first answer tells once only. */
  readonly secret?: 'token' | 'secret';
}

/** Each route that makes something, with what it is asked for; of the others why asking twice is once. */
const posts: Record<PostKey, ((world: Ours) => Request | Promise<Request>) | string> = {
  'POST /v1/workspaces': () => ({ body: { name: 'Acme', kind: 'company' }, other: { name: 'Globex' } }),
  'POST /v1/workspaces/{workspaceId}/invitations': ({ path }) => ({
    path,
    body: { role: 'member' },
    other: { role: 'admin' },
    secret: 'token',
  }),
  'POST /v1/workspaces/{workspaceId}/api-keys': ({ path }) => ({
    path,
    body: { name: 'CI', scopes: ['read'] },
    other: { scopes: ['manage'] },
    secret: 'secret',
  }),
  'POST /v1/credentials': ({ path }) => ({
    body: { ...path, provider: 'openai', apiKey: 'key-0123456789abcdef' },
    other: { apiKey: 'key-of-another-account' },
  }),
  'POST /v1/workspaces/{workspaceId}/project': 'it replaces the project that is set',
  'POST /v1/agents': ({ path }) => ({ body: { ...path, name: 'Cy' }, other: { name: 'Di' } }),
  'POST /v1/catalog/agents': () => ({
    body: { slug: 'di', department: 'Engineering', content: { name: 'Di', instructions: 'Work.' } },
    other: { slug: 'ed' },
  }),
  'POST /v1/catalog/agents/{catalogAgentId}/hire': async ({ path, published }) => {
    const catalogAgentId = await published();
    return { path: { catalogAgentId }, body: path, other: { workspaceId: 'another' } };
  },
  'POST /v1/rules': ({ path }) => ({ body: { ...path, kind: 'never', text: 'Shout.' }, other: { text: 'Whisper.' } }),
  'POST /v1/skills': ({ path }) => ({
    body: { ...path, name: 'greet', description: 'How to greet.', content: '# Hello' },
    other: { name: 'part' },
  }),
  'POST /v1/threads': ({ agentId }) => ({ body: { agentId, title: 'Plans' }, other: { title: 'Other plans' } }),
  'POST /v1/threads/{threadId}/runs': async ({ newThread }) => ({
    path: { threadId: await newThread() },
    body: { input: { text: 'Hello' } },
    other: { input: { text: 'Goodbye' } },
  }),
  'POST /v1/socket-tickets': 'a ticket lives for half a minute and is used once: another one costs nothing',
  'POST /v1/me/sign-out-everywhere': 'whoever is signed out stays so',
  'POST /v1/invitations/lookup': 'only looks',
  'POST /v1/invitations/accept': 'whoever belongs there is told that they do',
  'POST /v1/workspaces/{workspaceId}/delete': 'what is gone is not found',
  'POST /v1/workspaces/{workspaceId}/ownership': 'whoever has handed it over may not do it again',
  'POST /v1/credentials/{credentialId}/validate': 'asks the provider, and notes what it says',
  'POST /v1/agents/{agentId}/dismiss': 'sets a state',
  'POST /v1/agents/{agentId}/rehire': 'sets a state',
  'POST /v1/agents/{agentId}/versions/{version}/restore':
    'names the version that it was made from; again is a conflict',
  'POST /v1/catalog/agents/{catalogAgentId}/draft': 'writes the one draft',
  'POST /v1/catalog/agents/{catalogAgentId}/versions/{version}/publish': 'sets a state',
  'POST /v1/catalog/agents/{catalogAgentId}/versions/{version}/retire': 'sets a state',
  'POST /v1/runs/{runId}/cancel': 'what is stopped stays so',
  'POST /v1/runs/{runId}/kill': 'what is stopped stays so',
  'POST /v1/runs/{runId}/redrive': 'there is one redrive of a run',
  'POST /v1/runs/{runId}/approvals/{approvalId}': 'the first decision counts',
  'POST /v1/runs/{runId}/client-tools/{itemId}': 'the first output counts',
};

interface Ours {
  readonly path: { workspaceId: string };
  readonly agentId: string;
  readonly newThread: () => Promise<string>;
  readonly published: () => Promise<string>;
}

let world: World;
let ours: Ours;
beforeEach(async () => {
  world = createWorld();
  world.deps.admins.add(world.olga.userId);
  const made = await post('POST /v1/workspaces', { name: 'Ours', kind: 'company' });
  const path = { workspaceId: bodyOf(made).id };
  const { agentId } = world.olga;
  ours = {
    path,
    agentId,
    newThread: async () => bodyOf(await post('POST /v1/threads', { agentId })).id,
    async published() {
      const draft = { slug: 'bo', department: 'Engineering', content: { name: 'Bo', instructions: 'Work.' } };
      const { id: catalogAgentId } = bodyOf(await post('POST /v1/catalog/agents', draft));
      await post('POST /v1/catalog/agents/{catalogAgentId}/versions/{version}/publish', undefined, {
        path: { catalogAgentId, version: '1' },
      });
      return catalogAgentId;
    },
  };
});

function post(key: RouteKey, body: unknown, given: Parameters<typeof httpEvent>[1] = {}) {
  const verifier = verifierOf({ olga: world.olga });
  const door = { ...world.deps, verifier, sessionCookie: 'sb-test-auth-token', webOrigins: [] };
  const deps = { ...world.deps, tickets: world.deps.connections, version: '1.2.3' };
  const { limits, logger } = world.deps;
  const router = createRouter({ door, limits, logger, flush: async () => {} }, createHandlers(deps));
  return router(httpEvent(key, { token: 'olga', body: JSON.stringify(body), ...given }), {} as Context);
}
const bodyOf = ({ body }: Awaited<ReturnType<typeof post>>) => JSON.parse(body ?? '{}');

describe('asking twice', () => {
  const makers = Object.entries(posts).filter(([, row]) => typeof row === 'function') as [
    PostKey,
    Exclude<(typeof posts)[PostKey], string>,
  ][];

  it('is thought of for every POST', () => {
    expect(Object.keys(posts).toSorted()).toEqual(routeKeys.filter((key) => key.startsWith('POST ')).toSorted());
  });

  it.each(makers)('%s takes a key', (key) => {
    const { body } = routes[key] as { body?: z.ZodType };

    expect(body instanceof z.ZodObject && Object.keys(body.shape)).toContain('clientRequestId');
  });

  it.each(makers)('%s with the same key is done once, and answered alike', async (key, row) => {
    const { path = {}, body, secret } = await row(ours);
    const asked = { ...body, clientRequestId: 'request-0001' };

    const first = await post(key, asked, { path });
    const second = await post(key, asked, { path });

    expect(bodyOf(first)).not.toHaveProperty('code');
    expect(first.statusCode).toBe(routes[key].status);
    if (!secret) return expect(bodyOf(second)).toEqual(bodyOf(first));
    const { id } = bodyOf(first).apiKey ?? bodyOf(first).invitation;
    expect(bodyOf(first)).toHaveProperty(secret);
    expect(bodyOf(second)).toMatchObject({ status: 409, code: 'already_created', details: [{ message: id }] });
    expect(second.body).not.toContain(bodyOf(first)[secret]);
  });

  it.each(makers)('%s with the same key for something else is refused', async (key, row) => {
    const { path = {}, body, other } = await row(ours);
    const theirs = other['workspaceId'] ? { workspaceId: world.olga.workspaceId } : other;
    await post(key, { ...body, clientRequestId: 'request-0001' }, { path });

    const second = await post(key, { ...body, ...theirs, clientRequestId: 'request-0001' }, { path });

    expect(bodyOf(second)).toMatchObject({ status: 409, code: 'idempotency_mismatch' });
  });

  it.each(makers)('%s knows the header Idempotency-Key too', async (key, row) => {
    const { path = {}, body, secret } = await row(ours);
    const headers = { 'idempotency-key': '"request-0001"' };

    const first = await post(key, body, { path, headers });
    const second = await post(key, body, { path, headers });

    if (secret) expect(bodyOf(second).code).toBe('already_created');
    else expect(bodyOf(second)).toEqual(bodyOf(first));
  });
});
