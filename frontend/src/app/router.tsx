import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { NewThreadPage } from '../chat/new-thread-page.tsx';
import { ThreadPage } from '../chat/thread-page.tsx';
import { CrashPage } from './crash-page.tsx';
import { NotFound } from './not-found.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: () => <NotFound />, errorComponent: CrashPage });
const newThread = createRoute({ getParentRoute: () => root, path: '/', component: NewThreadPage });
const thread = createRoute({
  getParentRoute: () => root,
  path: '/t/$threadId',
  component: function ThreadRoute() {
    return <ThreadPage threadId={thread.useParams().threadId} />;
  },
});

const routeTree = root.addChildren([newThread, thread]);

export const createAppRouter = () => createRouter({ routeTree, defaultPreload: false, scrollRestoration: false });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
