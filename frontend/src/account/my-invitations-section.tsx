import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReceivedInvitation } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { formatAge } from '../format/date.ts';
import { messageOf } from '../http/call-error.ts';
import { Avatar } from '../kit/avatar.tsx';
import { Button } from '../kit/button.tsx';
import { Section } from '../kit/page.tsx';
import { toast } from '../kit/toast.tsx';

/** Invitations to one's own address, which need no link. Nothing is shown when there is none. */
export function MyInvitationsSection() {
  const { api, userId, workspaceChoice } = usePlatform();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const { data } = useQuery({
    queryKey: ['my-invitations', userId],
    queryFn: ({ signal }) => api('GET /v1/me/invitations', { query: { limit: 100 } }, signal),
  });
  if (!data || data.data.length === 0) return null;

  async function accept({ id }: ReceivedInvitation): Promise<void> {
    setBusy(true);
    try {
      const workspace = await api('POST /v1/invitations/accept', { body: { invitationId: id } });
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['workspaces', userId] }),
        queries.invalidateQueries({ queryKey: ['my-invitations', userId] }),
      ]);
      workspaceChoice.choose(workspace.id);
      toast.done(`Welcome to ${workspace.name}.`);
      await navigate({ to: '/' });
    } catch (error) {
      toast.failed(messageOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Section title="Invitations to you">
      <ul className="divide-y divide-line">
        {data.data.map((invitation) => (
          <li key={invitation.id} className="flex items-center gap-3 py-2.5">
            <Avatar name={invitation.workspaceName} />
            <div className="min-w-0 grow">
              <p className="truncate font-medium text-sm">{invitation.workspaceName}</p>
              <p className="text-[13px] text-muted">
                as {invitation.role === 'admin' ? 'an admin' : 'a member'}, ends{' '}
                {formatAge(invitation.expiresAt, new Date())}
              </p>
            </div>
            <Button kind="primary" disabled={busy} onClick={() => void accept(invitation)}>
              Join<span className="sr-only"> {invitation.workspaceName}</span>
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
