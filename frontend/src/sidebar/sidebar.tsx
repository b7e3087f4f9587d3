import { Link } from '@tanstack/react-router';
import { SquarePen } from 'lucide-react';
import { Logo } from '../kit/logo.tsx';
import { ThreadListView } from './thread-list-view.tsx';

interface SidebarProps {
  /** Somebody chose where to go: on a phone, the drawer closes. */
  readonly onNavigate: () => void;
}

export function Sidebar({ onNavigate }: SidebarProps) {
  return (
    <nav aria-label="Threads" className="flex min-h-0 w-full flex-col">
      <div className="flex min-h-13 items-center gap-2.5 px-4">
        <Logo size={26} />
        <span className="font-semibold text-[17px] tracking-[-0.015em]">Troupe</span>
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
      <div className="min-h-0 grow overflow-y-auto overscroll-contain px-3 pb-3">
        <ThreadListView onNavigate={onNavigate} />
      </div>
      <p className="border-line border-t px-4 py-3 text-[12.5px] text-muted leading-snug">
        You are a guest. Your threads belong to this browser.
      </p>
    </nav>
  );
}
