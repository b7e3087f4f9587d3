import { useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { usePageTitle } from '../app/use-page-title.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { Button } from '../kit/button.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { PageBody, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { InvitationsSection, invitationsKey } from './invitations-section.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { MemberEntry } from './member-entry.tsx';
import { useMembers } from './use-members.ts';

export function MembersPage() {
  const workspace = useThisWorkspace();
  const members = useMembers(workspace.id);
  const [inviting, setInviting] = useState(false);
  const queries = useQueryClient();
  const invites = workspace.kind !== 'personal' && mayManage(workspace.role);
  const refreshInvitations = () => void queries.invalidateQueries({ queryKey: invitationsKey(workspace.id) });
  usePageTitle(`Members of ${workspace.name}`);
  return (
    <PageBody>
      {workspace.kind === 'personal' && (
        <p className="rounded-2xl border border-line bg-sunken px-4 py-3.5 text-muted text-sm leading-relaxed">
          This is your own workspace, and nobody else can join it. To work with others, create a company workspace from
          the menu at the top left.
        </p>
      )}
      <Section
        title="Members"
        text="Owners and admins manage people, agents, keys and budgets; members work with them."
        action={
          invites && (
            <Button kind="primary" onClick={() => setInviting(true)} data-testid="invite">
              <Plus size={16} />
              Invite
            </Button>
          )
        }
      >
        <QueryView query={members} what="The members">
          {(list) => (
            <>
              <ul className="divide-y divide-line" data-testid="members">
                {list.map((member) => (
                  <MemberEntry key={member.userId} member={member} />
                ))}
              </ul>
              <LoadMore query={members} />
            </>
          )}
        </QueryView>
      </Section>
      {invites && <InvitationsSection />}
      {inviting && <InviteDialog onInvited={refreshInvitations} onClose={() => setInviting(false)} />}
    </PageBody>
  );
}
