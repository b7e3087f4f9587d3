import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newId, newUserId } from '#core/ports/samples.contract.ts';
import type { ErrorCode } from '#core/protocol/errors.ts';
import { createSupabaseAccessMinter } from './access-minter.ts';
import { createSupabaseTokenVerifier } from './token-verifier.ts';

const jwtSecret = 'a-secret-of-this-project-and-no-other';
const bytes = (text: string) => new TextEncoder().encode(text);
const userId = newUserId();
const exp = Math.floor(Date.now() / 1000) + 3600;

const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
const stranger = await generateKeyPair('ES256');

// What the project's key server answers.
let keysStatus = 200;
let keyRequests = 0;
const server = createServer(async (request, response) => {
  keyRequests += 1;
  const key = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' };
  const isKeys = request.url === '/auth/v1/.well-known/jwks.json';
  response.writeHead(isKeys ? keysStatus : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ keys: [key] }));
});
let url = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => void server.close());
afterEach(() => {
  keysStatus = 200;
  keyRequests = 0;
});

/** The claims of a good token, some of them changed. */
const claims = (changed: Record<string, unknown> = {}) => ({
  sub: userId,
  iss: `${url}/auth/v1`,
  aud: 'authenticated',
  role: 'authenticated',
  email: 'olga@example.com',
  is_anonymous: false,
  exp,
  ...changed,
});

const signWithSecret = (changed: Record<string, unknown> = {}, secret = jwtSecret) =>
  new SignJWT(claims(changed)).setProtectedHeader({ alg: 'HS256' }).sign(bytes(secret));

const signWithKey = (key: typeof privateKey, kid = 'key-1') =>
  new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid }).sign(key);

/** The code of the error with which a token is refused. */
const refusalOf = (token: string, at = url): Promise<ErrorCode | undefined> =>
  createSupabaseTokenVerifier({ url: at, jwtSecret })
    .verify(token)
    .then(
      () => undefined,
      (error) => error.code,
    );

it('tells who a token belongs to', async () => {
  const principal = await createSupabaseTokenVerifier({ url, jwtSecret }).verify(await signWithSecret());

  expect(principal).toMatchObject({
    kind: 'person',
    userId,
    isAnonymous: false,
    email: 'olga@example.com',
    expiresAtMs: exp * 1000,
  });
  expect(keyRequests).toBe(0);
});

it('takes an anonymous user for a user, without an address', async () => {
  const token = await signWithSecret({ is_anonymous: true, email: '' });

  const principal = await createSupabaseTokenVerifier({ url: `${url}/`, jwtSecret }).verify(token);

  expect(principal).toMatchObject({ userId, isAnonymous: true, email: null });
});

it('tells a token that was good once from one that never was', async () => {
  expect(await refusalOf(await signWithSecret({ exp: exp - 7200 }))).toBe('token_expired');
  expect(await refusalOf(await signWithSecret({ exp: exp - 7200 }, 'another-secret-of-another-project'))).toBe(
    'unauthenticated',
  );
});

describe('refuses a token', () => {
  it.each<[string, Record<string, unknown>]>([
    ['of another issuer', { iss: 'https://elsewhere.example/auth/v1' }],
    ['for another audience', { aud: 'anon' }],
    ['without an audience', { aud: undefined }],
    ['of the service role', { role: 'service_role' }],
    ['of the anonymous role', { role: 'anon' }],
    ['without a role', { role: undefined }],
    ['that never ends', { exp: undefined }],
    ['of nobody', { sub: undefined }],
    ['of somebody who is no user', { sub: 'olga' }],
    ['that is not good yet', { nbf: exp }],
    ['that the platform minted for itself', { troupe_access: 'platform' }],
  ])('%s', async (_name, changed) => {
    expect(await refusalOf(await signWithSecret(changed))).toBe('unauthenticated');
  });

  it('of another project', async () => {
    expect(await refusalOf(await signWithSecret({}, 'another-secret-of-another-project'))).toBe('unauthenticated');
  });

  it('that the minter made, for a user or for a thread', async () => {
    const minter = createSupabaseAccessMinter({ url, jwtSecret }, Date.now);
    const user = { userId, isAnonymous: false };

    expect(await refusalOf((await minter.forUser(user)).token)).toBe('unauthenticated');
    expect(await refusalOf((await minter.forThread(user, newId('thr'))).token)).toBe('unauthenticated');
  });

  it('that nobody signed', async () => {
    expect(await refusalOf(new UnsecuredJWT(claims()).encode())).toBe('unauthenticated');
  });

  it('whose signature was cut off, or taken from another one', async () => {
    const [header, , signature] = (await signWithSecret()).split('.');
    const [, payload] = (await signWithSecret({ sub: newUserId() })).split('.');

    expect(await refusalOf(`${header}.${payload}.`)).toBe('unauthenticated');
    expect(await refusalOf(`${header}.${payload}.${signature}`)).toBe('unauthenticated');
  });

  it.each(['HS384', 'HS512'])('signed with the right secret, but by %s', async (alg) => {
    const token = await new SignJWT(claims()).setProtectedHeader({ alg }).sign(bytes(jwtSecret.repeat(2)));

    expect(await refusalOf(token)).toBe('unauthenticated');
  });

  it('signed with the published key as if it were a secret', async () => {
    const published = await exportSPKI(publicKey);
    const jwk = JSON.stringify(await exportJWK(publicKey));

    expect(await refusalOf(await signWithSecret({}, published))).toBe('unauthenticated');
    expect(await refusalOf(await signWithSecret({}, jwk))).toBe('unauthenticated');
  });

  it.each(['', '.', '..', 'garbage', 'eyJhbGciOiJIUzI1NiJ9', 'eyJhbGciOiJIUzI1NiJ9.e30', 'a.b.c', '\u0000'])(
    'that is none: "%s"',
    async (token) => {
      expect(await refusalOf(token)).toBe('unauthenticated');
    },
  );
});

describe('published keys', () => {
  it('verify a token, and are asked for once', async () => {
    const verifier = createSupabaseTokenVerifier({ url, jwtSecret });
    const token = await signWithKey(privateKey);

    const principals = [await verifier.verify(token), await verifier.verify(token)];

    expect(principals).toMatchObject([{ userId }, { userId }]);
    expect(keyRequests).toBe(1);
  });

  it('do not verify what a stranger signed, under a known or an unknown name', async () => {
    expect(await refusalOf(await signWithKey(stranger.privateKey))).toBe('unauthenticated');
    expect(await refusalOf(await signWithKey(stranger.privateKey, 'key-2'))).toBe('unauthenticated');
  });

  it('do not stand in a project that publishes none', async () => {
    keysStatus = 404;

    expect(await refusalOf(await signWithKey(privateKey))).toBe('unauthenticated');
  });

  it.each([500, 503, 429])('say nothing of a token when their server answers %d', async (status) => {
    keysStatus = status;

    expect(await refusalOf(await signWithKey(privateKey))).toBe('unavailable');
  });

  it('say nothing of a token when their server is down', async () => {
    const token = await new SignJWT(claims({ iss: 'http://127.0.0.1:9/auth/v1' }))
      .setProtectedHeader({ alg: 'ES256', kid: 'key-1' })
      .sign(privateKey);

    expect(await refusalOf(token, 'http://127.0.0.1:9')).toBe('unavailable');
  });
});
