import { beforeEach, describe, expect, it } from 'vitest';
import { apiKeySecret } from '#core/domain/api-key.ts';
import { newId } from '#core/ports/samples.contract.ts';
import type { Route } from '#core/protocol/route.ts';
import { routes } from '#core/protocol/routes.ts';
import { createWorld, startMs, type World } from '#core/use-cases/testing.ts';
import { httpEvent, verifierOf } from '../testing.ts';
import { authenticateRequest, type DoorDeps, sessionCookieOf } from './authenticate.ts';

const sessionCookie = 'sb-project-auth-token';
const ours = { 'x-troupe-csrf': '1', 'sec-fetch-site': 'same-origin' };
const asBase64 = (session: object) => `base64-${Buffer.from(JSON.stringify(session)).toString('base64url')}`;

let world: World;
let door: DoorDeps;
let secret: string;

beforeEach(async () => {
  world = createWorld();
  const verifier = verifierOf({ olga: world.olga });
  door = { ...world.deps, verifier, sessionCookie, webOrigins: ['https://app.example.com'] };
  secret = await newKey(['read', 'run']);
});

async function newKey(scopes: ('read' | 'run' | 'manage')[]): Promise<string> {
  const id = newId('key');
  const made = apiKeySecret(id, 'x'.repeat(32));
  const access = await world.deps.minter.forUser(world.olga);
  const { workspaceId } = world.olga;
  await world.deps.apiKeys.addApiKey(access, { id, workspaceId, name: 'Key', scopes, secret: made });
  return made;
}

function knock(
  headers: Record<string, string>,
  cookies?: string[],
  key: keyof typeof routes = 'GET /v1/workspaces',
  route: Route = routes[key],
) {
  const event = { ...httpEvent(key, { headers }), ...(cookies && { cookies }) };
  return authenticateRequest(door, event, key, route);
}

describe('who calls', () => {
  it('is known by one of the carriers', async () => {
    const cookie = `${sessionCookie}=${asBase64({ access_token: 'olga' })}`;
    const pieces = [`${sessionCookie}.0=${asBase64({ access_token: 'olga' }).slice(0, 10)}`];
    pieces.push(`other=1`, `${sessionCookie}.1=${asBase64({ access_token: 'olga' }).slice(10)}`);
    const plain = `${sessionCookie}=${encodeURIComponent(JSON.stringify({ access_token: 'olga' }))}`;

    expect(await knock({ authorization: 'Bearer olga' })).toEqual(world.olga);
    for (const cookies of [[cookie], pieces, [plain]]) expect(await knock(ours, cookies)).toEqual(world.olga);
    for (const headers of [{ authorization: `Bearer ${secret}` }, { 'x-api-key': secret }]) {
      expect(await knock(headers)).toMatchObject({ kind: 'service', userId: world.olga.userId });
    }
  });

  it('is nobody without one, and by no header that says a name', async () => {
    for (const headers of [{}, { 'x-user-id': world.olga.userId }, { cookie: `${sessionCookie}=x` }]) {
      await expect(knock(headers)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
  });

  it('is refused with two at once', async () => {
    const cookies = [`${sessionCookie}=${asBase64({ access_token: 'olga' })}`];
    const twice: [Record<string, string>, string[]?][] = [
      [{ authorization: 'Bearer olga', 'x-api-key': secret }],
      [{ authorization: 'Bearer olga', ...ours }, cookies],
      [{ 'x-api-key': secret, ...ours }, cookies],
    ];

    for (const [headers, given] of twice) {
      await expect(knock(headers, given)).rejects.toMatchObject({ code: 'invalid_request' });
    }
  });

  it.each([
    ['unreadable', 'base64-nonsense'],
    ['not JSON', 'abc'],
    ['without a token', asBase64({ user: 'olga' })],
    ['badly escaped', '%E0%A4%A'],
  ])('is nobody by a cookie that is %s', async (_, value) => {
    await expect(knock(ours, [`${sessionCookie}=${value}`])).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it.each([
    ['an access token', 'Bearer eve'],
    ['a key', `Bearer troupe_sk_${'0'.repeat(26)}_${'x'.repeat(32)}`],
  ])('is nobody by %s that is made up', async (_, authorization) => {
    await expect(knock({ authorization })).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('is nobody by an X-API-Key that is none of ours', async () => {
    await expect(knock({ 'x-api-key': 'olga' })).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('a cookie', () => {
  const cookies = [`${sessionCookie}=${asBase64({ access_token: 'olga' })}`];

  it.each([
    ['without the header', { 'sec-fetch-site': 'same-origin' }],
    ['from another page', { 'x-troupe-csrf': '1', 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['from a page beside ours', { 'x-troupe-csrf': '1', 'sec-fetch-site': 'same-site' }],
    ['without a word of where it comes from', { 'x-troupe-csrf': '1' }],
  ])('counts for nothing %s', async (_, headers) => {
    await expect(knock(headers, cookies)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('counts from an origin that is named', async () => {
    const headers = { 'x-troupe-csrf': '1', origin: 'https://app.example.com' };

    expect(await knock(headers, cookies)).toEqual(world.olga);
  });

  it('is called what Supabase’s libraries call it', () => {
    expect(sessionCookieOf('https://abcdef.supabase.co')).toBe('sb-abcdef-auth-token');
  });
});

describe('an API key', () => {
  it('is let through by its scopes', async () => {
    const headers = { 'x-api-key': secret };

    expect((await knock(headers, undefined, 'POST /v1/threads')).kind).toBe('service');
    await expect(knock(headers, undefined, 'PATCH /v1/workspaces/{workspaceId}')).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(knock({ 'x-api-key': await newKey(['run']) }, undefined, 'GET /v1/workspaces')).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('is not let through to what people do in person', async () => {
    const all = await newKey(['read', 'run', 'manage']);

    for (const key of ['GET /v1/me', 'POST /v1/workspaces', 'POST /v1/workspaces/{workspaceId}/api-keys'] as const) {
      await expect(knock({ 'x-api-key': all }, undefined, key)).rejects.toMatchObject({ code: 'forbidden' });
    }
  });
});

describe('a session that was ended', () => {
  it('is refused, and a newer one is not', async () => {
    await world.deps.sessions.revoke(world.olga.userId, startMs + 1);
    const newer = { ...world.olga, issuedAtMs: startMs + 1 };
    const verifier = verifierOf({ olga: world.olga, newer });
    door = { ...door, verifier };

    await expect(knock({ authorization: 'Bearer olga' })).rejects.toMatchObject({ code: 'token_expired' });
    expect(await knock({ authorization: 'Bearer newer' })).toEqual(newer);
  });
});
