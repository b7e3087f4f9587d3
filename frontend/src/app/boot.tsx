import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { retryableErrorCodes } from '#core/protocol/errors.ts';
import type { ClientConfig } from '../config/client-config.ts';
import { CallError, isRefusal } from '../http/call-error.ts';
import { Button } from '../kit/button.tsx';
import { FullPage } from '../kit/full-page.tsx';
import { toast } from '../kit/toast.tsx';
import type { Session } from '../session/session.ts';
import { MisconfiguredPage } from './misconfigured-page.tsx';
import { PlatformContext } from './platform-context.ts';
import { createAppRouter } from './router.tsx';
import { StartingPage } from './starting-page.tsx';
import { useBoot, usePlatformOf } from './use-boot.ts';

const SignedOutPage = lazy(() =>
  import('../account/signed-out-page.tsx').then((module) => ({ default: module.SignedOutPage })),
);

export function Boot() {
  const { state, retry } = useBoot();
  switch (state.status) {
    case 'starting':
      return <StartingPage />;
    case 'misconfigured':
      return <MisconfiguredPage problems={state.problems} onRetry={retry} />;
    case 'unreachable':
      return (
        <FullPage title="Waiting for Troupe">
          <p role="status">The server does not answer yet. This page goes on by itself as soon as it does.</p>
          <Button onClick={retry}>Try now</Button>
        </FullPage>
      );
    case 'sign_in_failed':
      return (
        <FullPage title="Signing in did not work">
          <p role="alert">{state.message}</p>
          <p>
            Troupe signs visitors in as guests. If you run it yourself, check that anonymous sign-ins are switched on in
            Supabase Auth.
          </p>
          <Button onClick={retry}>Try again</Button>
        </FullPage>
      );
    case 'signed_out':
      return (
        <Suspense fallback={<StartingPage />}>
          <SignedOutPage config={state.config} session={state.session} problem={state.problem} onGuest={retry} />
        </Suspense>
      );
    case 'signed_in':
      return (
        <SignedIn
          key={state.userId}
          config={state.config}
          session={state.session}
          userId={state.userId}
          problem={state.problem}
        />
      );
  }
}

/** What was refused for good is refused again. */
const isWorthAnotherTry = (failures: number, error: Error): boolean =>
  failures < 2 &&
  !(error instanceof CallError && error.failure.reason === 'refused' && !isRefusal(error, ...retryableErrorCodes));

interface SignedInProps {
  readonly config: ClientConfig;
  readonly session: Session;
  readonly userId: string;
  readonly problem: string | null;
}

function SignedIn({ config, session, userId, problem }: SignedInProps) {
  const platform = usePlatformOf(config, session, userId);
  const [router] = useState(createAppRouter);
  const [queryClient] = useState(
    () =>
      new QueryClient({
        defaultOptions: { queries: { staleTime: 60_000, retry: isWorthAnotherTry, networkMode: 'always' } },
      }),
  );
  useEffect(() => {
    if (problem) toast.failed(problem);
  }, [problem]);
  if (!platform) return <StartingPage />;
  return (
    <PlatformContext value={platform}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </PlatformContext>
  );
}
