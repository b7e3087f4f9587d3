import { Link } from '@tanstack/react-router';
import { ShieldQuestionMark } from 'lucide-react';
import { useWorkspace } from '../app/use-workspace.ts';
import { Badge } from '../kit/badge.tsx';
import { usePendingApprovals } from './use-pending-approvals.ts';

/** Leads to what waits for a decision, and says how much that is. */
export function ApprovalsLink({ onNavigate }: { readonly onNavigate: () => void }) {
  const workspaceId = useWorkspace().data?.id;
  const { data = [], hasNextPage } = usePendingApprovals(workspaceId);
  const count = data.length;
  if (!workspaceId) return null;
  return (
    <Link
      to="/w/$workspaceId/approvals"
      params={{ workspaceId }}
      onClick={onNavigate}
      data-testid="approvals-link"
      className="mx-3 flex min-h-9 shrink-0 items-center gap-2.5 rounded-lg px-3 text-sm transition-colors hover:bg-hover aria-[current=page]:bg-hover aria-[current=page]:font-medium pointer-coarse:min-h-11"
    >
      <ShieldQuestionMark size={16} className="text-muted" />
      <span className="grow">Approvals</span>
      {count > 0 && (
        <Badge kind="warning">
          {hasNextPage ? `${count}+` : count}
          <span className="sr-only"> pending</span>
        </Badge>
      )}
    </Link>
  );
}
