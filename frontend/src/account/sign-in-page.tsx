import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { CircleUserRound } from 'lucide-react';
import { Header } from '../app/header.tsx';
import { usePlatform } from '../app/platform-context.ts';
import { useMe } from '../app/use-me.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { buttonLook } from '../kit/button.tsx';
import { EmptyState, PageBody } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { toast } from '../kit/toast.tsx';
import { Or, ProviderButtons } from './provider-buttons.tsx';
import { SignInForm } from './sign-in-form.tsx';

/** Where a guest becomes permanent, or goes to the account that they have. */
export function SignInPage() {
  const { mode = 'sign_in', next = '/' } = useSearch({ from: '/sign-in' });
  const { config, session, userId } = usePlatform();
  const me = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const creating = mode === 'create';
  const title = creating ? 'Create your account' : 'Sign in';
  usePageTitle(title);

  function done(): void {
    void queries.invalidateQueries({ queryKey: ['me', userId] });
    toast.done(creating ? 'Your account is made, and everything you had is in it.' : 'You are signed in.');
    void navigate({ to: next, replace: true });
  }

  return (
    <>
      <Header title={title} />
      <PageBody>
        <QueryView query={me} what="Your account" rows={1}>
          {({ isAnonymous }) =>
            isAnonymous ? (
              <div className="mx-auto flex w-full max-w-sm flex-col gap-4 pt-4">
                <p className="text-muted text-sm leading-relaxed">
                  {creating
                    ? 'As a guest you can lose what you have with this browser. An account keeps it: your threads, agents and settings stay as they are.'
                    : 'You are a guest now. What you have as a guest stays with the guest and does not come along; create an account instead if you want to keep it.'}
                </p>
                <ProviderButtons
                  account={session.account}
                  providers={config.authProviders}
                  link={creating}
                  next={next}
                />
                {config.authProviders.length > 0 && <Or />}
                <SignInForm key={mode} account={session.account} mode={mode} isGuest next={next} onDone={done} />
                <p className="text-center text-sm">
                  <Link
                    to="/sign-in"
                    search={{ mode: creating ? 'sign_in' : 'create', next }}
                    replace
                    className="inline-flex min-h-8 items-center font-medium text-link pointer-coarse:min-h-11"
                  >
                    {creating ? 'I have an account already' : 'Create an account instead'}
                  </Link>
                </p>
              </div>
            ) : (
              <EmptyState
                icon={<CircleUserRound size={28} />}
                title="You are signed in"
                action={
                  <Link to="/account" className={buttonLook()}>
                    Go to your account
                  </Link>
                }
              >
                Sign out there first to use another account.
              </EmptyState>
            )
          }
        </QueryView>
      </PageBody>
    </>
  );
}
