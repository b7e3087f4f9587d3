import { Outlet } from '@tanstack/react-router';
import { QueryView } from '../kit/query-view.tsx';
import { NotFound } from './not-found.tsx';
import { useWorkspaces } from './use-workspace.ts';
import { WorkspaceContext } from './workspace-context.ts';

/** What stands below `/w/<workspace>`: only for its members. */
export function WorkspaceScope({ workspaceId }: { readonly workspaceId: string }) {
  const workspaces = useWorkspaces();
  return (
    <QueryView query={workspaces} what="Your workspaces">
      {(all) => {
        const workspace = all.find(({ id }) => id === workspaceId);
        if (!workspace) {
          return (
            <NotFound
              title="This workspace is not here"
              text="It was deleted, or you do not belong to it. Whoever sent you here can invite you."
            />
          );
        }
        return (
          <WorkspaceContext value={workspace} key={workspace.id}>
            <Outlet />
          </WorkspaceContext>
        );
      }}
    </QueryView>
  );
}
