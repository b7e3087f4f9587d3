import { Link } from '@tanstack/react-router';
import { Activity, Bot, ChartNoAxesColumn, Compass, Settings } from 'lucide-react';
import { useWorkspace } from './use-workspace.ts';

const pages = [
  { to: '/w/$workspaceId/agents', name: 'Agents', Icon: Bot },
  { to: '/w/$workspaceId/discover', name: 'Discover', Icon: Compass },
  { to: '/w/$workspaceId/runs', name: 'Runs', Icon: Activity },
  { to: '/w/$workspaceId/usage', name: 'Usage', Icon: ChartNoAxesColumn },
  { to: '/w/$workspaceId/settings', name: 'Settings', Icon: Settings },
] as const;

/** The pages of the workspace beside its threads. */
export function MainNav({ onNavigate }: { readonly onNavigate: () => void }) {
  const workspace = useWorkspace().data;
  return (
    <ul className="flex flex-col gap-px px-3 pb-3">
      {pages.map(({ to, name, Icon }) => (
        <li key={to}>
          {workspace ? (
            <Link
              to={to}
              params={{ workspaceId: workspace.id }}
              onClick={onNavigate}
              className="flex min-h-9 items-center gap-2.5 rounded-lg px-3 text-sm transition-colors hover:bg-hover aria-[current=page]:bg-hover aria-[current=page]:font-medium pointer-coarse:min-h-11"
            >
              <Icon size={16} className="text-muted" />
              {name}
            </Link>
          ) : (
            <span className="flex min-h-9 items-center gap-2.5 px-3 text-muted text-sm pointer-coarse:min-h-11">
              <Icon size={16} />
              {name}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
