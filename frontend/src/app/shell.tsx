import { Outlet, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAccountTheme } from '../account/use-account-theme.ts';
import { Toasts } from '../kit/toast.tsx';
import { Sidebar } from '../sidebar/sidebar.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Drawer } from './drawer.tsx';
import { DrawerContext } from './drawer-context.ts';
import { useHotkey } from './use-hotkey.ts';
import { useWide } from './use-wide.ts';
import { useFollowWorkspace, useThreadFeed } from './use-workspace.ts';
import { useWorkspaceFeed } from './use-workspace-feed.ts';

/** The frame around every page: thread list, drawer on phones, connection banner. */
export function Shell() {
  const [drawerOpen, setDrawerOpen] = useState(false);
  const wide = useWide();
  const navigate = useNavigate();
  useFollowWorkspace();
  useThreadFeed();
  useWorkspaceFeed();
  useAccountTheme();
  useHotkey('O', () => void navigate({ to: '/' }));

  return (
    <DrawerContext value={() => setDrawerOpen(true)}>
      <div className="flex h-dvh overflow-hidden bg-bg text-[15px] text-text">
        {wide ? (
          <div className="flex w-66 shrink-0 border-line border-r bg-sidebar">
            <Sidebar onNavigate={() => undefined} />
          </div>
        ) : (
          <Drawer open={drawerOpen} onOpenChange={setDrawerOpen}>
            <Sidebar onNavigate={() => setDrawerOpen(false)} />
          </Drawer>
        )}
        <main className="relative flex min-w-0 grow flex-col outline-none">
          <ConnectionBanner />
          <Outlet />
        </main>
        <Toasts />
      </div>
    </DrawerContext>
  );
}
