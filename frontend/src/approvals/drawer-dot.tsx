import { useWorkspace } from '../app/use-workspace.ts';
import { usePendingApprovals } from './use-pending-approvals.ts';

/** A mark on the button that opens the drawer, where the link to the approvals is out of sight. */
export function DrawerDot() {
  const { data = [] } = usePendingApprovals(useWorkspace().data?.id);
  if (data.length === 0) return null;
  return (
    <span
      className="absolute top-1.5 right-1.5 size-2.5 rounded-full border-2 border-bg bg-warning"
      data-testid="drawer-dot"
    >
      <span className="sr-only">Something waits for a decision</span>
    </span>
  );
}
