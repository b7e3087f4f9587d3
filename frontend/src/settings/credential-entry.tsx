import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import type { Credential } from '#core/protocol/credential.ts';
import { usePlatform } from '../app/platform-context.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { formatAge } from '../format/date.ts';
import { messageOf } from '../http/call-error.ts';
import { Badge } from '../kit/badge.tsx';
import { IconButton } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { MenuContent, MenuItem, MenuRoot, MenuTrigger } from '../kit/menu.tsx';
import { toast } from '../kit/toast.tsx';
import { providers } from './providers.ts';

interface CredentialEntryProps {
  readonly credential: Credential;
  readonly onReplace: () => void;
  readonly onChanged: () => void;
}

export function CredentialEntry({ credential, onReplace, onChanged }: CredentialEntryProps) {
  const { api, userId } = usePlatform();
  const { role } = useThisWorkspace();
  const [removing, setRemoving] = useState(false);
  const { name } = providers[credential.provider];
  const path = { credentialId: credential.id };
  const own = credential.scope === 'user';
  const mayChange = own ? credential.userId === userId : mayManage(role);

  async function validate(): Promise<void> {
    try {
      const { status } = await api('POST /v1/credentials/{credentialId}/validate', { path });
      onChanged();
      if (status === 'valid') toast.done(`${name} takes the key.`);
      else toast.failed(`${name} refuses the key.`);
    } catch (error) {
      toast.failed(messageOf(error));
    }
  }

  async function remove(): Promise<void> {
    await api('DELETE /v1/credentials/{credentialId}', { path });
    onChanged();
    toast.done(`The key of ${name} is gone.`);
  }

  const now = new Date();
  return (
    <li className="flex items-center gap-3 py-3" data-testid="credential">
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium text-sm">
          {name}
          {credential.label && <span className="font-normal text-muted">{credential.label}</span>}
          {own && <Badge kind="accent">Your own</Badge>}
          {credential.status === 'valid' ? <Badge kind="good">Works</Badge> : <Badge kind="danger">Refused</Badge>}
        </p>
        <p className="mt-0.5 text-[13px] text-muted leading-snug [overflow-wrap:anywhere]">
          {credential.lastFour ? <span className="font-mono">…{credential.lastFour}</span> : 'Without a key'}
          {credential.baseUrl && ` · ${credential.baseUrl}`}
          {' · '}
          {credential.lastUsedAt ? `last used ${formatAge(credential.lastUsedAt, now)}` : 'never used'}
          {' · '}
          checked {formatAge(credential.validatedAt, now)}
        </p>
      </div>
      {mayChange && (
        <MenuRoot modal={false}>
          <MenuTrigger asChild>
            <IconButton label={`Actions for the key of ${name}`} data-testid="credential-actions">
              <Ellipsis size={17} />
            </IconButton>
          </MenuTrigger>
          <MenuContent align="end">
            <MenuItem onSelect={() => void validate()}>Check again</MenuItem>
            <MenuItem onSelect={onReplace}>Replace</MenuItem>
            <MenuItem danger onSelect={() => setRemoving(true)}>
              Delete
            </MenuItem>
          </MenuContent>
        </MenuRoot>
      )}
      {removing && (
        <ConfirmDialog
          title={`Delete the key of ${name}?`}
          action="Delete"
          onConfirm={remove}
          onClose={() => setRemoving(false)}
        >
          Agents that work with its models fail from the next run on, and say so.
        </ConfirmDialog>
      )}
    </li>
  );
}
