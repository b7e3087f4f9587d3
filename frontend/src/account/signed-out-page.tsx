import { useState } from 'react';
import type { ClientConfig } from '../config/client-config.ts';
import { FullPage } from '../kit/full-page.tsx';
import { TextButton } from '../kit/text-button.tsx';
import type { Session } from '../session/session.ts';
import { Or, ProviderButtons } from './provider-buttons.tsx';
import { SignInForm, type SignInMode } from './sign-in-form.tsx';

interface SignedOutPageProps {
  readonly config: ClientConfig;
  readonly session: Session;
  readonly problem: string | null;
  /** Starts again as a new guest. */
  readonly onGuest: () => void;
}

/** What is shown to somebody who signed out. Signing in goes on at the address that was asked for. */
export function SignedOutPage({ config, session, problem, onGuest }: SignedOutPageProps) {
  const [mode, setMode] = useState<SignInMode>('sign_in');
  const creating = mode === 'create';
  // With the token of an invitation, which stands behind the #.
  const { pathname, search, hash } = window.location;
  const next = `${pathname}${search}${hash}`;

  return (
    <FullPage title={creating ? 'Create your account' : 'Sign in to Troupe'}>
      {problem && (
        <p role="alert" className="text-danger text-sm">
          {problem}
        </p>
      )}
      <div className="flex w-full max-w-sm flex-col gap-4 pt-2 text-text" data-testid="signed-out">
        <ProviderButtons account={session.account} providers={config.authProviders} link={false} next={next} />
        {config.authProviders.length > 0 && <Or />}
        <SignInForm
          key={mode}
          account={session.account}
          mode={mode}
          isGuest={false}
          next={next}
          onDone={() => undefined}
        />
        <p className="flex flex-wrap items-center gap-x-1 text-sm">
          <TextButton onClick={() => setMode(creating ? 'sign_in' : 'create')}>
            {creating ? 'I have an account' : 'Create an account'}
          </TextButton>
          <span aria-hidden="true" className="text-muted">
            ·
          </span>
          <TextButton
            testId="continue-as-guest"
            onClick={() => {
              session.startAsGuest();
              onGuest();
            }}
          >
            Look around as a guest
          </TextButton>
        </p>
      </div>
    </FullPage>
  );
}
