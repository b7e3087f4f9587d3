import { useEffect, useState } from 'react';
import { type ClientConfig, loadConfig } from '../config/client-config.ts';
import { CallError, messageOf } from '../http/call-error.ts';
import { createPlatform, type Platform } from '../platform.ts';
import { createSession, type Session, SignedOutError } from '../session/session.ts';

export type BootState =
  | { readonly status: 'starting' }
  | { readonly status: 'misconfigured'; readonly problems: readonly string[] }
  /** Nobody answers; it is tried again by itself. */
  | { readonly status: 'unreachable' }
  | { readonly status: 'sign_in_failed'; readonly message: string }
  /** Somebody signed out on purpose, or came back from a provider that did not let them in. */
  | {
      readonly status: 'signed_out';
      readonly config: ClientConfig;
      readonly session: Session;
      readonly problem: string | null;
    }
  | {
      readonly status: 'signed_in';
      readonly config: ClientConfig;
      readonly session: Session;
      readonly userId: string;
      /** Why somebody who came back from a provider is who they were before. */
      readonly problem: string | null;
    };

const tryAgainMs = 3_000;

/** Reads the configuration and signs in; `retry` does so again. */
export function useBoot(): { readonly state: BootState; readonly retry: () => void } {
  const [state, setState] = useState<BootState>({ status: 'starting' });
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is a new start
  useEffect(() => {
    let current = true;
    const stops: (() => void)[] = [];
    void boot().then((next) => {
      if (!current) return;
      setState(next);
      if (next.status !== 'signed_in' && next.status !== 'signed_out') return;
      // Another user, when the old session was over: everything below belongs to the new one.
      stops.push(
        next.session.onToken((_token, userId) =>
          setState((now) => {
            if (now.status === 'signed_out')
              return { status: 'signed_in', config: now.config, session: now.session, userId, problem: null };
            return now.status === 'signed_in' && now.userId !== userId ? { ...now, userId } : now;
          }),
        ),
        next.session.onLost(() => setAttempt((count) => count + 1)),
      );
    });
    return () => {
      current = false;
      for (const stop of stops) stop();
    };
  }, [attempt]);

  useEffect(() => {
    if (state.status !== 'unreachable') return;
    const timer = setTimeout(() => setAttempt((count) => count + 1), tryAgainMs);
    return () => clearTimeout(timer);
  }, [state]);

  return { state, retry: () => setAttempt((count) => count + 1) };
}

async function boot(): Promise<BootState> {
  const loaded = await loadConfig((input, init) => fetch(input, init));
  if (loaded.status === 'unreachable') return { status: 'unreachable' };
  if (loaded.status === 'invalid') return { status: 'misconfigured', problems: loaded.problems };
  const { config } = loaded;
  const session = sessionOf(config);
  let problem: string | null = null;
  try {
    const next = await session.finishReturn(new URL(window.location.href));
    if (next !== null) window.history.replaceState(null, '', next);
  } catch (error) {
    if (error instanceof CallError) return { status: 'unreachable' };
    window.history.replaceState(null, '', '/');
    problem = messageOf(error);
  }
  try {
    return { status: 'signed_in', config, session, userId: await session.start(), problem };
  } catch (error) {
    if (error instanceof SignedOutError) return { status: 'signed_out', config, session, problem };
    if (error instanceof CallError) return { status: 'unreachable' };
    return { status: 'sign_in_failed', message: messageOf(error) };
  }
}

let known: { readonly key: string; readonly session: Session } | undefined;

/** One per page: two would refresh the same token against each other. */
function sessionOf(config: ClientConfig): Session {
  const key = JSON.stringify([config.supabaseUrl, config.supabaseKey]);
  if (known?.key !== key) known = { key, session: createSession(config) };
  return known.session;
}

/** The platform of the signed-in user; made anew for another one. */
export function usePlatformOf(config: ClientConfig, session: Session, userId: string): Platform | null {
  const [platform, setPlatform] = useState<Platform | null>(null);
  useEffect(() => {
    const created = createPlatform(config, session, userId);
    setPlatform(created);
    return () => {
      setPlatform(null);
      created.close();
    };
  }, [config, session, userId]);
  return platform;
}
