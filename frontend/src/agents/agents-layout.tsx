import { Link, Outlet } from '@tanstack/react-router';
import { Header } from '../app/header.tsx';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { TabLinks, tabLink } from '../kit/tab-links.tsx';

const pages = [
  { to: '/w/$workspaceId/agents', name: 'Agents' },
  { to: '/w/$workspaceId/rules', name: 'Rules' },
  { to: '/w/$workspaceId/skills', name: 'Skills' },
] as const;

/** The workspace's agents, and what guides all of them. */
export function AgentsLayout() {
  const { id } = useThisWorkspace();
  return (
    <>
      <Header title="Agents" />
      <TabLinks label="Agents, rules and skills">
        {pages.map(({ to, name }) => (
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
