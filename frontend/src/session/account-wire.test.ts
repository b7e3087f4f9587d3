import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AuthClient } from '@supabase/supabase-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthProvider } from '#core/protocol/person.ts';
import { createAccount, finishReturn } from './account.ts';

const origin = 'https://troupe.example.com';

/** Speaks as Supabase Auth does (its openapi.yaml), as far as people who leave the page and come back need it: with PKCE. */
async function startAuthServer() {
  /** What each code that is out is good for. */
  const codes = new Map<string, { challenge: string; email: string; confirms: boolean }>();
  const accounts = new Map<string, { password: string; confirmed: boolean }>();
  /** The links in the mails that would have been sent. */
  const links: URL[] = [];
  const asked: { method: string; path: string; body: Record<string, string> }[] = [];

  function codeFor(challenge: string, email: string, confirms: boolean): string {
    const code = `code-${codes.size + 1}`;
    codes.set(code, { challenge, email, confirms });
    return code;
  }
  const comeBack = (to: string, code: string) => {
    const url = new URL(to);
    url.searchParams.set('code', code);
    return url;
  };
  const user = (email: string) => ({
    id: '00000000-0000-4000-8000-000000000001',
    aud: 'authenticated',
    email,
    app_metadata: {},
    user_metadata: {},
    created_at: '2026-11-21T09:00:00Z',
  });
  const session = (email: string) => ({
    access_token: `token-of-${email}`,
    refresh_token: 'refresh',
    token_type: 'bearer',
    expires_in: 3600,
    expires_at: Math.floor(Date.now() / 1000) + 3600,
    user: user(email),
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://auth');
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const text = Buffer.concat(parts).toString('utf8');
    const body: Record<string, string> = text ? JSON.parse(text) : {};
    const path = url.pathname.replace('/auth/v1', '');
    asked.push({ method: request.method ?? '', path, body });
    const reply = (status: number, value: object) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const to = url.searchParams.get('redirect_to') ?? '';
    const { email = '', password = '', code_challenge: challenge = '' } = body;

    switch (`${request.method} ${path}`) {
      // The provider is asked here; then people come back with a code.
      case 'GET /authorize': {
        const provider = url.searchParams.get('provider');
        const code = codeFor(url.searchParams.get('code_challenge') ?? '', `ada@${provider}.example`, false);
        return void response.writeHead(302, { location: String(comeBack(to, code)) }).end();
      }
      case 'POST /signup':
        accounts.set(email, { password, confirmed: false });
        links.push(comeBack(to, codeFor(challenge, email, true)));
        return reply(200, user(email));
      case 'POST /recover':
        links.push(comeBack(to, codeFor(challenge, email, false)));
        return reply(200, {});
      case 'POST /token': {
        if (url.searchParams.get('grant_type') === 'password') {
          const account = accounts.get(email);
          if (account?.password !== password) return reply(400, { error_code: 'invalid_credentials', msg: 'no' });
          if (!account.confirmed) return reply(400, { error_code: 'email_not_confirmed', msg: 'not yet' });
          return reply(200, session(email));
        }
        const found = codes.get(body['auth_code'] ?? '');
        const verifier = createHash('sha256')
          .update(body['code_verifier'] ?? '')
          .digest('base64url');
        if (!found || found.challenge !== verifier) return reply(403, { error_code: 'bad_code_verifier', msg: 'no' });
        codes.delete(body['auth_code'] ?? '');
        const account = accounts.get(found.email);
        if (account && found.confirms) account.confirmed = true;
        return reply(200, session(found.email));
      }
      case 'PUT /user': {
        const whose = (request.headers.authorization ?? '').replace('Bearer token-of-', '');
        accounts.set(whose, { password, confirmed: true });
        return reply(200, user(whose));
      }
      default:
        return reply(404, { error_code: 'not_found', msg: path });
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/auth/v1`,
    links,
    asked,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

let server: Awaited<ReturnType<typeof startAuthServer>>;
/** Where the page was sent. */
let left: string[];
let stored: Map<string, string>;
beforeEach(async () => {
  server = await startAuthServer();
  left = [];
  stored = new Map();
  const location = { origin, href: `${origin}/sign-in`, assign: (url: string) => void left.push(url) };
  vi.stubGlobal('window', { location });
  vi.stubGlobal('document', {});
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await server.stop();
});

let pages = 0;
/** A page of this browser: what one has stored, the next one finds. Each with a name of its own, for they are all in one process here. */
const newPage = () => {
  pages += 1;
  const ours = (key: string) => key.replace(/^page-\d+/, 'troupe.session');
  return new AuthClient({
    url: server.url,
    storageKey: `page-${pages}`,
    autoRefreshToken: false,
    persistSession: true,
    detectSessionInUrl: false,
    flowType: 'pkce',
    storage: {
      getItem: (key) => stored.get(ours(key)) ?? null,
      setItem: (key, value) => void stored.set(ours(key), value),
      removeItem: (key) => void stored.delete(ours(key)),
    },
  });
};
const whoIs = async (auth: ReturnType<typeof newPage>) => (await auth.getSession()).data.session?.user.email;

describe('over the wire, somebody', () => {
  it.each(AuthProvider.options)('signs in at %s and comes back to the page they wanted', async (provider) => {
    await createAccount(newPage()).goToProvider(provider, { link: false, next: '/threads/1' });
    const sent = new URL(left[0] ?? '');
    const back = await fetch(sent, { redirect: 'manual' });
    const auth = newPage();

    const next = await finishReturn(auth, new URL(back.headers.get('location') ?? ''));

    expect(sent.searchParams.get('provider')).toBe(provider);
    expect(next).toBe('/threads/1');
    expect(await whoIs(auth)).toBe(`ada@${provider}.example`);
  });

  it('is told what the provider said when it came to nothing', async () => {
    const url = new URL(`${origin}/account/return?next=%2F&error=access_denied&error_description=You+said+no.`);

    await expect(finishReturn(newPage(), url)).rejects.toThrow('You said no.');
    expect(server.asked).toEqual([]);
  });

  it('confirms an address by the link in the mail, and is nobody before', async () => {
    const credentials = { email: 'ada@example.com', password: 'correct horse battery' };
    const account = createAccount(newPage());

    const signedUp = await account.signUp(credentials, '/invitation');
    const early = account.signIn(credentials);
    await expect(early).rejects.toThrow('Confirm your e-mail address first');
    const auth = newPage();
    const next = await finishReturn(auth, server.links[0] ?? new URL(origin));

    expect(signedUp).toBe('confirm_email');
    expect(next).toBe('/invitation');
    expect(await whoIs(auth)).toBe(credentials.email);
    await createAccount(newPage()).signIn(credentials);
  });

  it('sets a new password by the link in the mail, once', async () => {
    await createAccount(newPage()).sendPasswordReset('ada@example.com');
    const [link = new URL(origin)] = server.links;
    const auth = newPage();

    const next = await finishReturn(auth, link);
    await createAccount(auth).changePassword('another horse battery');

    expect(next).toBe('/account');
    await createAccount(newPage()).signIn({ email: 'ada@example.com', password: 'another horse battery' });
    await expect(finishReturn(newPage(), link)).rejects.toThrow();
  });

  it('is let in by a code only in the browser that asked for it', async () => {
    await createAccount(newPage()).sendPasswordReset('ada@example.com');
    stored.clear();

    await expect(finishReturn(newPage(), server.links[0] ?? new URL(origin))).rejects.toThrow();
  });
});
