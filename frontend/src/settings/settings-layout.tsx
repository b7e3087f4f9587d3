import { Link, Outlet } from '@tanstack/react-router';
import { Header } from '../app/header.tsx';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { TabLinks, tabLink } from '../kit/tab-links.tsx';

const pages = [
  { to: '/w/$workspaceId/settings/general', name: 'General', forAll: true },
  { to: '/w/$workspaceId/settings/members', name: 'Members', forAll: true },
  { to: '/w/$workspaceId/settings/models', name: 'Models and keys', forAll: true },
  { to: '/w/$workspaceId/settings/budgets', name: 'Budgets', forAll: true },
  { to: '/w/$workspaceId/settings/data', name: 'Data', forAll: false },
  { to: '/w/$workspaceId/settings/api-keys', name: 'API keys', forAll: false },
  { to: '/w/$workspaceId/settings/audit', name: 'Audit log', forAll: false },
] as const;

/** The settings of a workspace, one page for each subject. */
export function SettingsLayout() {
  const { id, role } = useThisWorkspace();
  return (
    <>
      <Header title="Settings" />
      <TabLinks label="Settings">
        {pages
          .filter(({ forAll }) => forAll || mayManage(role))
          .map(({ to, name }) => (
            <li key={to}>
              <Link to={to} params={{ workspaceId: id }} className={tabLink}>
                {name}
              </Link>
            </li>
          ))}
      </TabLinks>
      <Outlet />
    </>
  );
}
