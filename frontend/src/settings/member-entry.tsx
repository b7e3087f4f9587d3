import { useQueryClient } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import type { Member, Role } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { formatDate } from '../format/date.ts';
import { messageOf } from '../http/call-error.ts';
import { Avatar } from '../kit/avatar.tsx';
import { Badge } from '../kit/badge.tsx';
import { IconButton } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { MenuContent, MenuItem, MenuRoot, MenuTrigger } from '../kit/menu.tsx';
import { toast } from '../kit/toast.tsx';
import { memberName } from './member-names.ts';
import { membersKey } from './use-members.ts';

const roleNames: Record<Role, string> = { owner: 'Owner', admin: 'Admin', member: 'Member' };

export function MemberEntry({ member }: { readonly member: Member }) {
  const { userId: me } = usePlatform();
  const name = memberName(member);
  return (
    <li className="flex items-center gap-3 py-3" data-testid="member">
      <Avatar name={name} avatar={member.avatarUrl} round />
      <div className="min-w-0 grow">
        <p className="truncate font-medium text-sm">
          {name}
          {member.userId === me && <span className="font-normal text-muted"> (you)</span>}
        </p>
        <p className="truncate text-[13px] text-muted">
          {member.email && member.email !== name ? (
            <>
              {member.email}
              <span className="max-sm:hidden"> · since {formatDate(member.joinedAt)}</span>
            </>
          ) : (
            `since ${formatDate(member.joinedAt)}`
          )}
        </p>
      </div>
      <Badge kind={member.role === 'owner' ? 'accent' : 'plain'}>{roleNames[member.role]}</Badge>
      <MemberActions member={member} name={name} />
    </li>
  );
}

type Question = 'remove' | 'hand_over' | null;

function MemberActions({ member, name }: { readonly member: Member; readonly name: string }) {
  const { api, userId: me } = usePlatform();
  const { id: workspaceId, role: mine, kind } = useThisWorkspace();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<Question>(null);
  const path = { workspaceId, userId: member.userId };

  // An admin touches no owner; one leaves by the page "General".
  const mayTouch =
    kind !== 'personal' && mayManage(mine) && member.userId !== me && (mine === 'owner' || member.role !== 'owner');
  if (!mayTouch) return <span className="w-9 shrink-0 pointer-coarse:w-11" />;

  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: membersKey(workspaceId) }),
      queries.invalidateQueries({ queryKey: ['workspaces', me] }),
    ]);

  async function setRole(role: Role): Promise<void> {
    try {
      await api('PATCH /v1/workspaces/{workspaceId}/members/{userId}', { path, body: { role } });
      await refresh();
      toast.done(`${name} is now ${role === 'member' ? 'a member' : `an ${role}`}.`);
    } catch (error) {
      toast.failed(messageOf(error));
    }
  }

  async function remove(): Promise<void> {
    await api('DELETE /v1/workspaces/{workspaceId}/members/{userId}', { path });
    await refresh();
    toast.done(`${name} was removed.`);
  }

  async function handOver(): Promise<void> {
    await api('POST /v1/workspaces/{workspaceId}/ownership', {
      path: { workspaceId },
      body: { userId: member.userId },
    });
    await refresh();
    toast.done(`${name} is now an owner, and you are an admin.`);
  }

  return (
    <>
      <MenuRoot modal={false}>
        <MenuTrigger asChild>
          <IconButton label={`Actions for ${name}`} data-testid="member-actions">
            <Ellipsis size={17} />
          </IconButton>
        </MenuTrigger>
        <MenuContent align="end" className="min-w-52">
          {member.role !== 'admin' && (
            <MenuItem onSelect={() => void setRole('admin')}>
              {member.role === 'owner' ? 'Change to admin' : 'Make admin'}
            </MenuItem>
          )}
          {member.role !== 'member' && <MenuItem onSelect={() => void setRole('member')}>Change to member</MenuItem>}
          {mine === 'owner' && member.role !== 'owner' && (
            <>
              <MenuItem onSelect={() => void setRole('owner')}>Make owner too</MenuItem>
              <MenuItem onSelect={() => setAsking('hand_over')}>Hand the ownership over</MenuItem>
            </>
          )}
          <MenuItem danger onSelect={() => setAsking('remove')}>
            Remove
          </MenuItem>
        </MenuContent>
      </MenuRoot>
      {asking === 'remove' && (
        <ConfirmDialog title={`Remove ${name}?`} action="Remove" onConfirm={remove} onClose={() => setAsking(null)}>
          They lose access at once, on every device. What they did here stays.
        </ConfirmDialog>
      )}
      {asking === 'hand_over' && (
        <ConfirmDialog
          title={`Hand the ownership over to ${name}?`}
          action="Hand over"
          onConfirm={handOver}
          onClose={() => setAsking(null)}
        >
          They become an owner and you become an admin. Only they can give it back.
        </ConfirmDialog>
      )}
    </>
  );
}
