import { AuthClient, isAuthRetryableFetchError } from '@supabase/supabase-js';
import type { ClientConfig } from '../config/client-config.ts';
import { CallError } from '../http/call-error.ts';
import { localText } from '../state/local-storage.ts';
import { type Account, createAccount, finishReturn } from './account.ts';

/** Who is signed in, and the token that says so. Nobody has to do anything: the first visit makes an anonymous user. */
export interface Session {
  readonly account: Account;
  /**
   * Signs in with what is stored, or as a new anonymous user. Throws when the auth server cannot be reached, and
   * `SignedOutError` when the last who was here has an account, and so is not made a guest unasked.
   */
  start(): Promise<string>;
  /** A new guest, for somebody who signed out. */
  startAsGuest(): void;
  /** Finishes a sign-in at a provider or by e-mail, if the page was opened for that; the answer is where to go on. */
  finishReturn(url: URL): Promise<string | null>;
  /** A token that is good now. */
  token(): Promise<string>;
  /** Replaces a token that a server has refused; signs in anew when the session itself is over. */
  renew(): Promise<void>;
  /** Called with each new token, and with the user that it is for. */
  onToken(listener: (token: string, userId: string) => void): () => void;
  /** Called when the session is over and the auth server takes no new one either: the page has to start anew. */
  onLost(listener: () => void): () => void;
}

/** Nobody is signed in, and that is how it was wanted. */
export class SignedOutError extends Error {
  constructor() {
    super('You are signed out.');
    this.name = new.target.name;
  }
}

/** Set while the last who was here has an account: when their session ends they sign in again instead of becoming a guest. */
const accountKey = 'troupe.account';

export function createSession({
  supabaseUrl,
  supabaseKey,
}: Pick<ClientConfig, 'supabaseUrl' | 'supabaseKey'>): Session {
  const auth = new AuthClient({
    url: `${supabaseUrl || window.location.origin}/auth/v1`,
    // Spelled as the client spells the header that it puts in its place; another spelling would be sent beside it.
    headers: { apikey: supabaseKey, Authorization: `Bearer ${supabaseKey}` },
    storageKey: 'troupe.session',
    autoRefreshToken: true,
    persistSession: true,
    // Done by finishReturn, before anybody is made a guest.
    detectSessionInUrl: false,
    flowType: 'pkce',
  });

  async function storedSession() {
    const { data, error } = await auth.getSession();
    // Not reached is not signed out: what is stored stays, and its threads with it.
    if (!data.session && isAuthRetryableFetchError(error)) throw unreachable(error);
    if (data.session) localText.set(accountKey, data.session.user.is_anonymous ? null : 'yes');
    return data.session;
  }

  async function newSession() {
    const byAnotherTab = await storedSession();
    if (byAnotherTab) return byAnotherTab;
    if (localText.get(accountKey)) throw new SignedOutError();
    const { data, error } = await auth.signInAnonymously();
    if (!data.session) throw isAuthRetryableFetchError(error) ? unreachable(error) : (error ?? new Error('No session'));
    return data.session;
  }

  const lost = new Set<() => void>();
  const start = async () => (await storedSession()) ?? (await oneTabAtATime(newSession));
  const startAgain = () =>
    start().catch((error: unknown) => {
      if (!(error instanceof CallError)) for (const listener of lost) listener();
      throw error;
    });

  const account = createAccount(auth);
  return {
    account: {
      ...account,
      async signOut() {
        await account.signOut();
        for (const listener of lost) listener();
      },
    },
    start: async () => (await start()).user.id,
    startAsGuest: () => localText.set(accountKey, null),
    finishReturn: (url) => finishReturn(auth, url),
    token: async () => (await startAgain()).access_token,
    async renew() {
      const { data, error } = await auth.refreshSession();
      if (data.session) return;
      if (isAuthRetryableFetchError(error)) throw unreachable(error);
      await auth.signOut({ scope: 'local' });
      await startAgain();
    },
    onLost(listener) {
      lost.add(listener);
      return () => lost.delete(listener);
    },
    onToken(listener) {
      let last: string | undefined;
      const { data } = auth.onAuthStateChange((_event, session) => {
        if (!session || session.access_token === last) return;
        last = session.access_token;
        listener(last, session.user.id);
      });
      return () => data.subscription.unsubscribe();
    },
  };
}

const unreachable = (cause: unknown): CallError => new CallError({ reason: 'unreachable' }, { cause });

/** Two tabs that open together must become one user. Pages without TLS have no locks; there the risk is taken. */
const oneTabAtATime = <T>(work: () => Promise<T>): Promise<T> =>
  'locks' in navigator ? navigator.locks.request('troupe.sign-in', work) : work();
