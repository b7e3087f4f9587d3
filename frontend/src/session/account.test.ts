import { AuthClient } from '@supabase/supabase-js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createAccount } from './account.ts';

beforeEach(() => vi.stubGlobal('window', { location: { origin: 'https://troupe.example.com' } }));
afterEach(() => vi.unstubAllGlobals());

it('goes on with the page that was asked for once an address is confirmed', async () => {
  const asked: URL[] = [];
  const auth = new AuthClient({
    url: 'https://auth.example.com',
    autoRefreshToken: false,
    persistSession: false,
    fetch: async (input) => {
      asked.push(new URL(String(input)));
      return Response.json({ id: 'someone', aud: '', created_at: '', app_metadata: {}, user_metadata: {} });
    },
  });

  const next = '/invitation?from=mail#token=abc';
  await createAccount(auth).signUp({ email: 'ada@example.com', password: 'not-a-real-one' }, next);

  const redirect = new URL(asked.at(-1)?.searchParams.get('redirect_to') ?? '');
  expect(redirect.searchParams.get('next')).toBe(next);
});
