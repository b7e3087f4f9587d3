import { Menu } from 'lucide-react';
import { type ReactNode, use } from 'react';
import { DrawerDot } from '../approvals/drawer-dot.tsx';
import { IconButton } from '../kit/button.tsx';
import { DrawerContext } from './drawer-context.ts';
import { ThemeMenu } from './theme-menu.tsx';

interface HeaderProps {
  readonly title: string;
  readonly agentName?: string | undefined;
  /** What else there is to know at a glance. */
  readonly children?: ReactNode;
}

export function Header({ title, agentName, children }: HeaderProps) {
  const openDrawer = use(DrawerContext);
  return (
    <header className="flex min-h-13 shrink-0 items-center gap-2 border-line border-b px-2 pt-[env(safe-area-inset-top)] md:px-4">
      <IconButton label="Show threads" onClick={openDrawer} className="relative md:hidden" data-testid="open-drawer">
        <Menu size={19} />
        <DrawerDot />
      </IconButton>
      <div className="flex min-w-0 grow flex-col sm:flex-row sm:items-center sm:justify-between sm:gap-3">
        <h1 className="min-w-0 truncate font-semibold text-[15px] tracking-[-0.01em]" data-testid="thread-title">
          {title}
        </h1>
        {agentName && (
          <span
            className="min-w-0 truncate text-[12px] text-muted leading-4 sm:max-w-56 sm:shrink-0 sm:text-[13px]"
            data-testid="agent-name"
          >
            {agentName}
          </span>
        )}
      </div>
      {children}
      <ThemeMenu />
    </header>
  );
}
