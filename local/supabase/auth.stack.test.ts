import { createClient } from '@supabase/supabase-js';
import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSupabase, type TestSupabase } from './start-for-test.ts';

let supabase: TestSupabase;
beforeAll(async () => {
  supabase = await startSupabase();
});
afterAll(() => supabase.stop());

const options = { auth: { persistSession: false, autoRefreshToken: false } };
const newClient = (key = supabase.publishableKey) => createClient(supabase.url, key, options);
const sign = (claims: Record<string, unknown>, secret = supabase.jwtSecret) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(new TextEncoder().encode(secret));
const inOneHour = () => Math.floor(Date.now() / 1000) + 3600;
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function statuses(token: string): Promise<number[]> {
  const headers = { apikey: supabase.publishableKey, authorization: `Bearer ${token}` };
  const paths = ['/auth/v1/user', '/rest/v1/workspaces', '/rest/v1/rpc/project_thread', '/auth/v1/admin/users'];
  return Promise.all(paths.map(async (path) => (await fetch(supabase.url + path, { headers })).status));
}

describe('sessions', () => {
  it('have tokens with the claims of a hosted project, after a refresh too', async () => {
    const client = newClient();
    const first = await client.auth.signInAnonymously();
    const second = await client.auth.refreshSession();

    for (const session of [first.data.session, second.data.session]) {
      const claims = decodeJwt(session?.access_token ?? '');
      expect(claims).toMatchObject({
        iss: `${supabase.url}/auth/v1`,
        aud: 'authenticated',
        sub: first.data.user?.id,
        role: 'authenticated',
        is_anonymous: true,
        app_metadata: {},
        user_metadata: {},
        aal: 'aal1',
        session_id: decodeJwt(first.data.session?.access_token ?? '')['session_id'],
      });
      expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(3600);
    }
    expect(second.data.session?.refresh_token).not.toBe(first.data.session?.refresh_token);
  });

  it('start with a password, and only with the right one', async () => {
    const email = 'right@example.com';
    await newClient().auth.signUp({ email, password: 'correct horse' });

    const right = await newClient().auth.signInWithPassword({ email, password: 'correct horse' });
    const wrong = await newClient().auth.signInWithPassword({ email, password: 'battery staple' });

    expect(decodeJwt(right.data.session?.access_token ?? '')).toMatchObject({ email, is_anonymous: false });
    expect(wrong.error?.code).toBe('invalid_credentials');
  });

  it('end with signing out', async () => {
    const client = newClient();
    const { data } = await client.auth.signInAnonymously();

    await client.auth.signOut();
    const { error } = await newClient().auth.refreshSession({ refresh_token: data.session?.refresh_token ?? '' });

    expect(error).not.toBeNull();
  });

  it('do not take a password that is too short when an account becomes permanent', async () => {
    const client = newClient();
    await client.auth.signInAnonymously();

    const short = await client.auth.updateUser({ email: 'short@example.com', password: 'short' });
    const taken = await client.auth.updateUser({ email: 'right@example.com', password: 'long enough' });

    expect([short.error?.code, taken.error?.code]).toEqual(['weak_password', 'email_exists']);
  });
});

describe('tokens', () => {
  it('are refused everywhere when they are not signed', async () => {
    const { data } = await newClient().auth.signInAnonymously();
    const claims = { sub: data.user?.id, role: 'service_role', aud: 'authenticated', exp: inOneHour() };
    const none = base64({ alg: 'none', typ: 'JWT' });

    for (const token of [
      `${none}.${base64(claims)}.`,
      `${none}.${base64(claims)}`,
      `${none}.${base64(claims)}.c2ln`,
      'nonsense',
    ]) {
      expect(await statuses(token)).toEqual([401, 401, 401, 401]);
    }
  });

  it('are refused everywhere when they are forged, have run out, never run out or name another role', async () => {
    const { data } = await newClient().auth.signInAnonymously();
    const claims = { sub: data.user?.id, role: 'authenticated', aud: 'authenticated', exp: inOneHour() };
    const { exp: _, ...endless } = claims;

    expect(await statuses(await sign(claims, 'x'.repeat(64)))).toEqual([401, 401, 401, 401]);
    expect(await statuses(await sign({ ...claims, exp: inOneHour() - 7200 }))).toEqual([401, 401, 401, 401]);
    expect(await statuses(await sign(endless))).toEqual([401, 401, 401, 401]);
    expect(await statuses(await sign({ ...claims, role: 'postgres' }))).toEqual([401, 401, 401, 401]);
  });

  it('say that they have run out in the way that supabase-js understands', async () => {
    const token = await sign({ role: 'authenticated', exp: inOneHour() - 7200 });
    const client = createClient(supabase.url, supabase.publishableKey, { ...options, accessToken: async () => token });

    const { error, status } = await client.from('workspaces').select();

    expect([status, error?.code]).toEqual([401, 'PGRST303']);
  });

  it('do not replace the API key', async () => {
    const { data } = await newClient().auth.signInAnonymously();
    const headers = { authorization: `Bearer ${data.session?.access_token}` };

    const without = await fetch(`${supabase.url}/rest/v1/workspaces`, { headers });
    const wrong = await fetch(`${supabase.url}/rest/v1/workspaces`, {
      headers: { ...headers, apikey: 'sb_publishable_wrong' },
    });

    expect([without.status, wrong.status]).toEqual([401, 401]);
  });
});

describe('the admin routes', () => {
  it('create, find, change, list and delete users', async () => {
    const { admin } = newClient(supabase.secretKey).auth;
    const created = await admin.createUser({
      email: 'ann@example.com',
      password: 'correct horse',
      user_metadata: { name: 'Ann' },
    });
    const id = created.data.user?.id ?? '';

    const signedIn = await newClient().auth.signInWithPassword({ email: 'ann@example.com', password: 'correct horse' });
    await admin.updateUserById(id, { password: 'battery staple', app_metadata: { plan: 'free' } });
    const found = await admin.getUserById(id);
    const changed = await newClient().auth.signInWithPassword({ email: 'ann@example.com', password: 'battery staple' });
    const listed = await admin.listUsers({ page: 1, perPage: 1000 });
    const twice = await admin.createUser({ email: 'ANN@example.com' });
    await admin.deleteUser(id);
    const gone = await admin.getUserById(id);

    expect([signedIn.error, changed.error]).toEqual([null, null]);
    expect(found.data.user).toMatchObject({
      email: 'ann@example.com',
      user_metadata: { name: 'Ann' },
      app_metadata: { plan: 'free' },
    });
    expect(listed.data.users.map((user) => user.id)).toContain(id);
    expect([twice.error?.code, gone.error?.code]).toEqual(['email_exists', 'user_not_found']);
  });

  it('are closed to users and to the publishable key', async () => {
    const client = newClient();
    const before = await client.auth.admin.listUsers();
    await client.auth.signInAnonymously();
    const after = await client.auth.admin.listUsers();

    expect([before.error?.status, after.error?.status]).toEqual([403, 403]);
  });
});

describe('web pages', () => {
  const preflight = (origin: string) =>
    fetch(`${supabase.url}/auth/v1/signup`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });

  it('may call from this machine and from nowhere else', async () => {
    const origins = [
      'http://localhost:5173',
      'http://127.0.0.1:4000',
      'https://evil.example',
      'http://localhost.evil.example',
    ];

    const allowed = await Promise.all(
      origins.map(async (origin) => (await preflight(origin)).headers.get('access-control-allow-origin')),
    );
    const answer = await fetch(`${supabase.url}/rest/v1/workspaces`, { headers: { origin: 'https://evil.example' } });

    expect(allowed).toEqual(['http://localhost:5173', 'http://127.0.0.1:4000', null, null]);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('requests at the same time', () => {
  it('never see the data of one another', async () => {
    const people = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const client = newClient();
        const { data } = await client.auth.signInAnonymously();
        return { client, id: data.user?.id };
      }),
    );

    const seen = await Promise.all(
      people.flatMap(({ client, id }) =>
        Array.from({ length: 10 }, async () => [
          id,
          (await client.from('members').select('user_id')).data?.map((row) => row.user_id),
        ]),
      ),
    );

    expect(seen).toHaveLength(60);
    for (const [id, ids] of seen) expect(ids).toEqual([id]);
  });
});
