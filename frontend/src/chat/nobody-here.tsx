import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { useWorkspace } from '../app/use-workspace.ts';
import { buttonLook } from '../kit/button.tsx';
import { EmptyState } from '../kit/page.tsx';

/** A workspace in which no agent works yet. */
export function NobodyHere() {
  const workspace = useWorkspace().data;
  return (
    <EmptyState
      icon={<Compass size={28} />}
      title="No agent works here yet"
      action={
        workspace && (
          <Link
            to="/w/$workspaceId/discover"
            params={{ workspaceId: workspace.id }}
            data-testid="go-discover"
            className={buttonLook('primary')}
          >
            Discover agents
          </Link>
        )
      }
    >
      Hire some from the catalog, or make your own. Then begin a thread with one of them here.
    </EmptyState>
  );
}
