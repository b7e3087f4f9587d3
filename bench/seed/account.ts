import { createClient } from '@supabase/supabase-js';
import type { Stack } from '#local/stack.ts';
import type { Database } from '#local/supabase/database.ts';

/** Who owns all that is sown. */
const account = { email: 'owner@example.com', password: 'correct horse battery' };

/** Signs the owner up in a database that nobody serves yet; their user id. */
export async function signUp({ app, query }: Database, publishableKey: string): Promise<string> {
  const answer = await app.fetch(
    new Request('http://127.0.0.1/auth/v1/signup', {
      method: 'POST',
      headers: { apikey: publishableKey, 'content-type': 'application/json' },
      body: JSON.stringify(account),
    }),
  );
  if (!answer.ok) throw new Error(`could not sign up: ${await answer.text()}`);
  const [user] = await query<{ id: string }>('select id from auth.users where email = $1', [account.email]);
  if (!user) throw new Error('who signed up is not there');
  return user.id;
}

/** The owner's token. */
export async function signIn({ supabaseUrl, publishableKey }: Stack): Promise<string> {
  const supabase = createClient(supabaseUrl, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { data, error } = await supabase.auth.signInWithPassword(account);
  if (error || !data.session) throw error ?? new Error('no session');
  return data.session.access_token;
}
