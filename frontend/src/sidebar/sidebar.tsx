import { Link } from '@tanstack/react-router';
import { SquarePen } from 'lucide-react';
import { AccountMenu } from '../account/account-menu.tsx';
import { MainNav } from '../app/main-nav.tsx';
import { ApprovalsLink } from '../approvals/approvals-link.tsx';
import { WorkspaceSwitcher } from '../workspace/workspace-switcher.tsx';
import { ThreadListView } from './thread-list-view.tsx';

interface SidebarProps {
  /** Somebody chose where to go: on a phone, the drawer closes. */
  readonly onNavigate: () => void;
}

export function Sidebar({ onNavigate }: SidebarProps) {
  return (
    <nav aria-label="Threads" className="flex min-h-0 w-full flex-col">
      <div className="flex min-h-13 items-center px-2.5 max-md:pr-12">
        <WorkspaceSwitcher onNavigate={onNavigate} />
      </div>
      <div className="px-3 pt-2 pb-3">
        <Link
          to="/"
          onClick={onNavigate}
          title="New thread (Ctrl/⌘ + Shift + O)"
          data-testid="new-thread"
          className="flex min-h-10 items-center gap-2.5 rounded-lg border border-line bg-raised px-3 font-medium text-sm shadow-[0_1px_2px_rgb(16_24_40/0.04)] transition-colors hover:bg-hover pointer-coarse:min-h-11"
        >
          <SquarePen size={16} className="text-muted" />
          New thread
        </Link>
      </div>
      <ApprovalsLink onNavigate={onNavigate} />
      <MainNav onNavigate={onNavigate} />
      <div className="min-h-0 grow overflow-y-auto overscroll-contain px-3 pb-3">
        <ThreadListView onNavigate={onNavigate} />
      </div>
      <AccountMenu onNavigate={onNavigate} />
    </nav>
  );
}
