import { useLocation, useNavigate } from '@tanstack/react-router';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { Workspace } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useWorkspace, useWorkspaces } from '../app/use-workspace.ts';
import { Avatar } from '../kit/avatar.tsx';
import { Logo } from '../kit/logo.tsx';
import { MenuContent, MenuItem, MenuRadioGroup, MenuRadioItem, MenuRoot, MenuTrigger } from '../kit/menu.tsx';
import { kindNames } from './kind-names.ts';
import { samePageIn } from './same-page-in.ts';

const CreateWorkspaceDialog = lazy(() =>
  import('./create-workspace-dialog.tsx').then((module) => ({ default: module.CreateWorkspaceDialog })),
);

/** Names the workspace that everything on the page belongs to, and leads to the others. */
export function WorkspaceSwitcher({ onNavigate }: { readonly onNavigate: () => void }) {
  const { workspaceChoice } = usePlatform();
  const current = useWorkspace().data;
  const workspaces = useWorkspaces().data ?? [];
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);

  function goTo(workspace: Workspace): void {
    workspaceChoice.choose(workspace.id);
    void navigate({ to: samePageIn(pathname, workspace.id) });
    onNavigate();
  }

  return (
    <>
      <MenuRoot modal={false}>
        <MenuTrigger
          data-testid="workspace-switcher"
          className="flex min-h-11 w-full min-w-0 items-center gap-2.5 rounded-lg px-2 text-left transition-colors hover:bg-hover"
        >
          {current ? <Avatar name={current.name} size="small" /> : <Logo size={26} />}
          <span className="min-w-0 grow truncate font-semibold text-[15px] tracking-[-0.01em]">
            <span className="sr-only">Workspace: </span>
            {current?.name ?? 'Troupe'}
          </span>
          <ChevronsUpDown size={15} className="shrink-0 text-muted" />
        </MenuTrigger>
        <MenuContent align="start" aria-label="Workspaces" className="w-72 max-w-[calc(100vw-2rem)]">
          <MenuRadioGroup
            value={current?.id ?? ''}
            onValueChange={(id) => {
              const chosen = workspaces.find((workspace) => workspace.id === id);
              if (chosen) goTo(chosen);
            }}
            className="max-h-[50dvh] overflow-y-auto"
          >
            {workspaces.map((workspace) => (
              <MenuRadioItem key={workspace.id} value={workspace.id} data-testid="workspace-option">
                <Avatar name={workspace.name} size="small" />
                <span className="min-w-0 grow">
                  <span className="block truncate">{workspace.name}</span>
                  <span className="block text-[12.5px] text-muted">{kindNames[workspace.kind]}</span>
                </span>
                {workspace.id === current?.id && <Check size={16} className="shrink-0 text-link" />}
              </MenuRadioItem>
            ))}
          </MenuRadioGroup>
          <div className="my-1 border-line border-t" />
          <MenuItem onSelect={() => setCreating(true)} data-testid="create-workspace">
            <Plus size={16} className="mx-1.5 text-muted" />
            Create a workspace
          </MenuItem>
        </MenuContent>
      </MenuRoot>
      {creating && (
        <Suspense>
          <CreateWorkspaceDialog onCreated={goTo} onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  );
}
