import {
  type AuthClient as AuthClientClass,
  type AuthError,
  isAuthRetryableFetchError,
  type Provider,
} from '@supabase/supabase-js';
import { CallError } from '../http/call-error.ts';
import { NextPage } from './next-page.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** `confirm_email`: nothing has changed until the link in the e-mail is followed. */
export type SignUpResult = 'done' | 'confirm_email';

/** What people do with their account. Each throws an error whose message is for them. */
export interface Account {
  signIn(credentials: Credentials): Promise<void>;
  /** A new account, for somebody who is nobody yet. */
  signUp(credentials: Credentials, next: string): Promise<SignUpResult>;
  /** Makes the guest who is signed in a permanent person, who keeps everything. */
  makePermanent(credentials: Credentials, next: string): Promise<SignUpResult>;
  /** Leaves the page for the provider's. `link`: it becomes another way into the account that is signed in. */
  goToProvider(provider: Provider, options: { readonly link: boolean; readonly next: string }): Promise<void>;
  changePassword(password: string): Promise<void>;
  sendPasswordReset(email: string): Promise<void>;
  /** On this device. Works without the server. */
  signOut(): Promise<void>;
}

type AuthClient = InstanceType<typeof AuthClientClass>;

/** Where providers and the links in e-mails send people back to. */
export const returnPath = '/account/return';
const returnUrl = (next: string) => `${window.location.origin}${returnPath}?${new URLSearchParams({ next })}`;

export function createAccount(auth: AuthClient): Account {
  return {
    async signIn(credentials) {
      check((await auth.signInWithPassword(credentials)).error);
    },
    async signUp(credentials, next) {
      const { data, error } = await auth.signUp({ ...credentials, options: { emailRedirectTo: returnUrl(next) } });
      check(error);
      return data.session ? 'done' : 'confirm_email';
    },
    async makePermanent(credentials, next) {
      const { data, error } = await auth.updateUser(credentials, { emailRedirectTo: returnUrl(next) });
      check(error);
      if (data.user?.is_anonymous) return 'confirm_email';
      // The token still says that this is a guest.
      check((await auth.refreshSession()).error);
      return 'done';
    },
    async goToProvider(provider, { link, next }) {
      const options = { redirectTo: returnUrl(next) };
      const { error } = link
        ? await auth.linkIdentity({ provider, options })
        : await auth.signInWithOAuth({ provider, options });
      check(error);
    },
    async changePassword(password) {
      check((await auth.updateUser({ password })).error);
    },
    async sendPasswordReset(email) {
      check((await auth.resetPasswordForEmail(email, { redirectTo: returnUrl('/account') })).error);
    },
    async signOut() {
      // What is stored here goes even when the server does not answer.
      await auth.signOut({ scope: 'local' });
    },
  };
}

/** Finishes what somebody left the page for, if that is where they come from; the answer is the page to go on with. */
export async function finishReturn(auth: AuthClient, url: URL): Promise<string | null> {
  if (url.pathname !== returnPath) return null;
  const { searchParams } = url;
  const problem =
    searchParams.get('error_description') ?? new URLSearchParams(url.hash.slice(1)).get('error_description');
  if (problem) throw new Error(problem);
  const code = searchParams.get('code');
  if (code) check((await auth.exchangeCodeForSession(code)).error);
  return NextPage.safeParse(searchParams.get('next')).data ?? '/';
}

function check(error: AuthError | null): void {
  if (!error) return;
  if (isAuthRetryableFetchError(error)) throw new CallError({ reason: 'unreachable' }, { cause: error });
  throw new Error(words[error.code ?? ''] ?? error.message, { cause: error });
}

/** Codes of Supabase Auth (https://supabase.com/docs/guides/auth/debugging/error-codes) in words for the person at the form. */
const words: Readonly<Record<string, string>> = {
  invalid_credentials: 'This e-mail address and password do not belong together.',
  email_exists: 'There is an account with this e-mail address already. Sign in to it instead.',
  user_already_exists: 'There is an account with this e-mail address already. Sign in to it instead.',
  email_not_confirmed: 'Confirm your e-mail address first: follow the link that we sent you.',
  weak_password: 'This password is too easy to guess. Take a longer one.',
  same_password: 'This is the password that you have already.',
  over_email_send_rate_limit: 'Too many e-mails were asked for. Wait a minute and try again.',
  over_request_rate_limit: 'That was tried too often. Wait a minute and try again.',
  identity_already_exists: 'This is the way into another account already. Sign in to that one instead.',
};
