import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import type { ClientConfig } from '../config/client-config.ts';
import { Button } from '../kit/button.tsx';
import { FullPage } from '../kit/full-page.tsx';
import type { Session } from '../session/session.ts';
import { MisconfiguredPage } from './misconfigured-page.tsx';
import { PlatformContext } from './platform-context.ts';
import { createAppRouter } from './router.tsx';
import { StartingPage } from './starting-page.tsx';
import { useBoot, usePlatformOf } from './use-boot.ts';

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
    case 'signed_in':
      return <SignedIn key={state.userId} config={state.config} session={state.session} userId={state.userId} />;
  }
}

interface SignedInProps {
  readonly config: ClientConfig;
  readonly session: Session;
  readonly userId: string;
}

function SignedIn({ config, session, userId }: SignedInProps) {
  const platform = usePlatformOf(config, session, userId);
  const [router] = useState(createAppRouter);
  const [queryClient] = useState(
    () => new QueryClient({ defaultOptions: { queries: { staleTime: 60_000, retry: 2, networkMode: 'always' } } }),
  );
  if (!platform) return <StartingPage />;
  return (
    <PlatformContext value={platform}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </PlatformContext>
  );
}
