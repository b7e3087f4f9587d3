import { useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import type { Invitation } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { formatAge } from '../format/date.ts';
import { messageOf } from '../http/call-error.ts';
import { Badge } from '../kit/badge.tsx';
import { IconButton } from '../kit/button.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { toast } from '../kit/toast.tsx';

export const invitationsKey = (workspaceId: WorkspaceId) => ['invitations', workspaceId] as const;

/** Invitations that are still open; each works once. */
export function InvitationsSection() {
  const { api } = usePlatform();
  const { id: workspaceId } = useThisWorkspace();
  const queries = useQueryClient();
  const queryKey = invitationsKey(workspaceId);
  const invitations = usePages<Invitation>(queryKey, (cursor, signal) =>
    api(
      'GET /v1/workspaces/{workspaceId}/invitations',
      { path: { workspaceId }, query: { limit: 50, ...(cursor && { cursor }) } },
      signal,
    ),
  );

  async function revoke({ id }: Invitation): Promise<void> {
    try {
      await api('DELETE /v1/workspaces/{workspaceId}/invitations/{invitationId}', {
        path: { workspaceId, invitationId: id },
      });
      await queries.invalidateQueries({ queryKey });
      toast.done('The invitation was taken back.');
    } catch (error) {
      toast.failed(messageOf(error));
    }
  }

  return (
    <Section title="Open invitations" text="By e-mail address, or by a link that you send yourself. Each works once.">
      <QueryView query={invitations} what="The invitations" rows={1}>
        {(list) => {
          const open = list.filter(({ status }) => status === 'open');
          if (open.length === 0 && !invitations.hasNextPage) {
            return <p className="text-muted text-sm">Nobody is invited at present.</p>;
          }
          return (
            <>
              <ul className="divide-y divide-line" data-testid="invitations">
                {open.map((invitation) => (
                  <li key={invitation.id} className="flex items-center gap-3 py-2">
                    <div className="min-w-0 grow">
                      <p className="truncate text-sm">{invitation.email ?? 'Whoever has the link'}</p>
                      <p className="text-[13px] text-muted">ends {formatAge(invitation.expiresAt, new Date())}</p>
                    </div>
                    <Badge>{invitation.role === 'admin' ? 'Admin' : 'Member'}</Badge>
                    <IconButton
                      label={`Take back the invitation for ${invitation.email ?? 'whoever has the link'}`}
                      onClick={() => void revoke(invitation)}
                    >
                      <X size={16} />
                    </IconButton>
                  </li>
                ))}
              </ul>
              <LoadMore query={invitations} />
            </>
          );
        }}
      </QueryView>
    </Section>
  );
}
