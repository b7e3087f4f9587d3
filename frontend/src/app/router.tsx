import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import * as z from 'zod';
import { ThreadId } from '#core/protocol/ids.ts';
import { AgentTab } from '../agents/agent-tabs.ts';
import { EntryTab } from '../catalog/entry-tabs.ts';
import { NewThreadPage } from '../chat/new-thread-page.tsx';
import { ThreadPage } from '../chat/thread-page.tsx';
import { ShownRuns } from '../runs/shown-runs.ts';
import { returnPath } from '../session/account.ts';
import { NextPage } from '../session/next-page.ts';
import { CrashPage } from './crash-page.tsx';
import { NotFound } from './not-found.tsx';
import { PagePending } from './page-pending.tsx';
import { Shell } from './shell.tsx';
import { WorkspaceScope } from './workspace-scope.tsx';

/** What somebody typed, in an address that anybody can type. */
const words = z.string().max(200).optional().catch(undefined);

const root = createRootRoute({ component: Shell, notFoundComponent: () => <NotFound />, errorComponent: CrashPage });
const newThread = createRoute({ getParentRoute: () => root, path: '/', component: NewThreadPage });
const thread = createRoute({
  getParentRoute: () => root,
  path: '/t/$threadId',
  component: function ThreadRoute() {
    return <ThreadPage threadId={thread.useParams().threadId} />;
  },
});

const account = createRoute({
  getParentRoute: () => root,
  path: '/account',
  component: lazyRouteComponent(() => import('../account/account-page.tsx'), 'AccountPage'),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: z.object({
    mode: z.enum(['sign_in', 'create']).optional().catch(undefined),
    next: NextPage.optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../account/sign-in-page.tsx'), 'SignInPage'),
});
const accountReturn = createRoute({
  getParentRoute: () => root,
  path: returnPath,
  beforeLoad: () => {
    throw redirect({ to: '/account' });
  },
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('../workspace/invitation-page.tsx'), 'InvitationPage'),
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: '/w/$workspaceId',
  component: function WorkspaceRoute() {
    return <WorkspaceScope workspaceId={workspace.useParams().workspaceId} />;
  },
});
const settings = createRoute({
  getParentRoute: () => workspace,
  path: '/settings',
  component: lazyRouteComponent(() => import('../settings/settings-layout.tsx'), 'SettingsLayout'),
});
const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/w/$workspaceId/settings/general', params });
  },
});
const general = createRoute({
  getParentRoute: () => settings,
  path: '/general',
  component: lazyRouteComponent(() => import('../settings/general-page.tsx'), 'GeneralPage'),
});
const members = createRoute({
  getParentRoute: () => settings,
  path: '/members',
  component: lazyRouteComponent(() => import('../settings/members-page.tsx'), 'MembersPage'),
});
const apiKeys = createRoute({
  getParentRoute: () => settings,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('../settings/api-keys-page.tsx'), 'ApiKeysPage'),
});
const audit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  component: lazyRouteComponent(() => import('../settings/audit-page.tsx'), 'AuditPage'),
});

const models = createRoute({
  getParentRoute: () => settings,
  path: '/models',
  component: lazyRouteComponent(() => import('../settings/models-page.tsx'), 'ModelsPage'),
});
const budgets = createRoute({
  getParentRoute: () => settings,
  path: '/budgets',
  component: lazyRouteComponent(() => import('../settings/budgets-page.tsx'), 'BudgetsPage'),
});
const data = createRoute({
  getParentRoute: () => settings,
  path: '/data',
  component: lazyRouteComponent(() => import('../settings/data-page.tsx'), 'DataPage'),
});
const usage = createRoute({
  getParentRoute: () => workspace,
  path: '/usage',
  validateSearch: z.object({ span: z.enum(['month', 'last_month', 'week', 'quarter']).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../usage/usage-page.tsx'), 'UsagePage'),
});
const runs = createRoute({
  getParentRoute: () => workspace,
  path: '/runs',
  validateSearch: z.object({ status: ShownRuns.optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../runs/runs-page.tsx'), 'RunsPage'),
});
const approvals = createRoute({
  getParentRoute: () => workspace,
  path: '/approvals',
  component: lazyRouteComponent(() => import('../approvals/approvals-page.tsx'), 'ApprovalsPage'),
});
const agentsLayout = createRoute({
  getParentRoute: () => workspace,
  id: 'agents-layout',
  component: lazyRouteComponent(() => import('../agents/agents-layout.tsx'), 'AgentsLayout'),
});
const agents = createRoute({
  getParentRoute: () => agentsLayout,
  path: '/agents',
  validateSearch: z.object({
    q: words,
    department: words,
    status: z.literal('dismissed').optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import('../agents/agents-page.tsx'), 'AgentsPage'),
});
const rules = createRoute({
  getParentRoute: () => agentsLayout,
  path: '/rules',
  component: lazyRouteComponent(() => import('../rules/rules-page.tsx'), 'RulesPage'),
});
const skills = createRoute({
  getParentRoute: () => agentsLayout,
  path: '/skills',
  component: lazyRouteComponent(() => import('../skills/skills-page.tsx'), 'SkillsPage'),
});
const skill = createRoute({
  getParentRoute: () => agentsLayout,
  path: '/skills/$skillId',
  component: lazyRouteComponent(() => import('../skills/skill-page.tsx'), 'SkillPage'),
});
const editorSearch = z.object({
  tab: AgentTab.optional().catch(undefined),
  /** The pane to try the agent in is open, with this thread once there is one. */
  trying: z
    .union([z.literal(true), ThreadId])
    .optional()
    .catch(undefined),
});
const newAgent = createRoute({
  getParentRoute: () => workspace,
  path: '/agents/new',
  validateSearch: editorSearch,
  component: lazyRouteComponent(() => import('../agents/agent-page.tsx'), 'NewAgentPage'),
});
const agent = createRoute({
  getParentRoute: () => workspace,
  path: '/agents/$agentId',
  validateSearch: editorSearch,
  component: lazyRouteComponent(() => import('../agents/agent-page.tsx'), 'AgentPage'),
});
const discover = createRoute({
  getParentRoute: () => workspace,
  path: '/discover',
  validateSearch: z.object({
    q: words,
    department: words,
    hired: z.boolean().optional().catch(undefined),
    /** The slug of the one that is shown whole. */
    agent: words,
  }),
  component: lazyRouteComponent(() => import('../discover/discover-page.tsx'), 'DiscoverPage'),
});

const catalog = createRoute({
  getParentRoute: () => workspace,
  path: '/catalog',
  validateSearch: z.object({ q: words }),
  component: lazyRouteComponent(() => import('../catalog/catalog-page.tsx'), 'CatalogPage'),
});
const catalogEntry = createRoute({
  getParentRoute: () => workspace,
  path: '/catalog/$catalogAgentId',
  validateSearch: z.object({ tab: EntryTab.optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../catalog/entry-page.tsx'), 'EntryPage'),
});

const routeTree = root.addChildren([
  newThread,
  thread,
  account,
  signIn,
  accountReturn,
  invitation,
  workspace.addChildren([
    settings.addChildren([settingsIndex, general, members, models, budgets, data, apiKeys, audit]),
    agentsLayout.addChildren([agents, rules, skills, skill]),
    newAgent,
    agent,
    discover,
    catalog,
    catalogEntry,
    runs,
    usage,
    approvals,
  ]),
]);

export const createAppRouter = () =>
  createRouter({
    routeTree,
    defaultPreload: false,
    scrollRestoration: false,
    defaultPendingComponent: PagePending,
    defaultPendingMs: 150,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
