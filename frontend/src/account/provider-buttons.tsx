import { useState } from 'react';
import type { ClientConfig } from '../config/client-config.ts';
import { messageOf } from '../http/call-error.ts';
import { Button } from '../kit/button.tsx';
import type { Account } from '../session/account.ts';
import { providerNames } from './provider-names.ts';

interface ProviderButtonsProps {
  readonly account: Account;
  readonly providers: ClientConfig['authProviders'];
  /** Adds the provider to the account that is signed in, instead of signing in to whichever it leads to. */
  readonly link: boolean;
  readonly next: string;
}

/** The providers that this deployment is set up for; none, and nothing is shown. */
export function ProviderButtons({ account, providers, link, next }: ProviderButtonsProps) {
  const [problem, setProblem] = useState<string | null>(null);
  if (providers.length === 0) return null;

  async function go(provider: (typeof providers)[number]): Promise<void> {
    try {
      await account.goToProvider(provider, { link, next });
    } catch (error) {
      setProblem(messageOf(error));
    }
  }

  return (
    <div className="flex w-full flex-col gap-2">
      {providers.map((provider) => (
        <Button key={provider} className="min-h-10" onClick={() => void go(provider)} data-testid={`with-${provider}`}>
          {link ? 'Connect' : 'Continue with'} {providerNames[provider]}
        </Button>
      ))}
      {problem && (
        <p role="alert" className="text-danger text-sm">
          {problem}
        </p>
      )}
    </div>
  );
}

export const Or = () => (
  <div className="flex w-full items-center gap-3 text-[13px] text-muted" aria-hidden="true">
    <span className="h-px grow bg-line" />
    or
    <span className="h-px grow bg-line" />
  </div>
);
