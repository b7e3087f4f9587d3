import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Header } from '../app/header.tsx';
import { usePlatform } from '../app/platform-context.ts';
import { useMe } from '../app/use-me.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { formatAge } from '../format/date.ts';
import { isRefusal, messageOf } from '../http/call-error.ts';
import { Avatar } from '../kit/avatar.tsx';
import { Button, buttonLook } from '../kit/button.tsx';
import { EmptyState, PageBody } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { toast } from '../kit/toast.tsx';

/** Where the link of an invitation leads: says what it is for, and lets whoever may take it take it. */
export function InvitationPage() {
  const { api, userId } = usePlatform();
  const token = useLocation().hash;
  const invitation = useQuery({
    queryKey: ['invitation', token, userId],
    enabled: token !== '',
    queryFn: ({ signal }) => api('POST /v1/invitations/lookup', { body: { token } }, signal),
  });
  usePageTitle('Invitation');
  const gone = token === '' || isRefusal(invitation.error, 'not_found', 'invalid_request', 'conflict');

  return (
    <>
      <Header title="Invitation" />
      <PageBody>
        {gone ? (
          <EmptyState title="This invitation is not open any more">
            It was used, taken back, or is too old. Ask whoever invited you for another one.
          </EmptyState>
        ) : (
          <QueryView query={invitation} what="The invitation" rows={1}>
            {({ workspaceName, role, email, expiresAt }) => (
              <div
                className="mx-auto flex w-full max-w-md flex-col items-center rounded-2xl border border-line bg-raised px-6 py-8 text-center shadow-card"
                data-testid="invitation"
              >
                <Avatar name={workspaceName} size="large" />
                <h2 className="mt-4 font-semibold text-lg">Join {workspaceName}</h2>
                <p className="mt-1 text-muted text-sm leading-relaxed">
                  You are invited as {role === 'admin' ? 'an admin' : 'a member'}
                  {email && ` with the address ${email}`}. The invitation ends {formatAge(expiresAt, new Date())}.
                </p>
                <Join token={token} email={email} />
              </div>
            )}
          </QueryView>
        )}
      </PageBody>
    </>
  );
}

function Join({ token, email }: { readonly token: string; readonly email: string | null }) {
  const { api, userId, workspaceChoice } = usePlatform();
  const me = useMe().data;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const next = `/invitation#${token}`;

  async function join(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      const workspace = await api('POST /v1/invitations/accept', { body: { token } });
      await queries.invalidateQueries({ queryKey: ['workspaces', userId] });
      workspaceChoice.choose(workspace.id);
      toast.done(`Welcome to ${workspace.name}.`);
      await navigate({ to: '/', replace: true });
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  }

  if (!me) return null;
  if (me.isAnonymous) {
    return (
      <div className="mt-5 flex w-full flex-col gap-2">
        <Link
          to="/sign-in"
          search={{ mode: 'create', next }}
          className={buttonLook('primary')}
          data-testid="create-account-to-join"
        >
          Create an account to join
        </Link>
        <Link
          to="/sign-in"
          search={{ mode: 'sign_in', next }}
          className="inline-flex min-h-10 items-center justify-center rounded-lg border border-line px-4 font-medium text-sm hover:bg-hover pointer-coarse:min-h-11"
        >
          I have an account
        </Link>
      </div>
    );
  }
  return (
    <div className="mt-5 w-full">
      {email && me.email?.toLowerCase() !== email && (
        <p className="mb-3 text-sm text-warning">You are signed in as {me.email ?? 'somebody without an address'}.</p>
      )}
      {problem && (
        <p role="alert" className="mb-3 text-danger text-sm">
          {problem}
        </p>
      )}
      <Button kind="primary" className="min-h-10 w-full" disabled={busy} onClick={() => void join()} data-testid="join">
        Join
      </Button>
    </div>
  );
}
