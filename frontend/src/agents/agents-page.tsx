import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Bot, Plus } from 'lucide-react';
import type { Agent } from '#core/protocol/agent.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { usePages } from '../app/use-pages.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { buttonLook } from '../kit/button.tsx';
import { FilterSelect, ListFilters } from '../kit/list-filters.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, PageBody } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { AgentCard } from './agent-card.tsx';
import { DepartmentFilter } from './department-filter.tsx';

/** The agents that work in the workspace, and those who did. */
export function AgentsPage() {
  const { api } = usePlatform();
  const { id: workspaceId, name, role } = useThisWorkspace();
  const { q, department, status = 'active' } = useSearch({ from: '/w/$workspaceId/agents-layout/agents' });
  const navigate = useNavigate({ from: '/w/$workspaceId/agents' });
  const filter = (change: {
    q?: string | undefined;
    department?: string | undefined;
    status?: 'dismissed' | undefined;
  }) => void navigate({ search: (now) => ({ ...now, ...change }), replace: true });
  usePageTitle(`Agents of ${name}`);
  const agents = usePages<Agent>(['agents', workspaceId, 'list', q, department, status], (cursor, signal) =>
    api(
      'GET /v1/agents',
      { query: { workspaceId, search: q, department, status, limit: 48, ...(cursor && { cursor }) } },
      signal,
    ),
  );
  const filtered = q !== undefined || department !== undefined || status !== 'active';

  return (
    <PageBody width="list">
      <ListFilters key={workspaceId} searchLabel="Search agents" search={q} onSearch={(text) => filter({ q: text })}>
        <DepartmentFilter value={department} onChange={(next) => filter({ department: next })} />
        <FilterSelect
          label="Status"
          all="At work"
          value={status === 'dismissed' ? status : undefined}
          options={[{ value: 'dismissed', name: 'Dismissed' }]}
          onChange={(next) => filter({ status: next })}
        />
        {mayManage(role) && (
          <Link
            to="/w/$workspaceId/agents/new"
            params={{ workspaceId }}
            className={buttonLook('primary')}
            data-testid="new-agent"
          >
            <Plus size={16} />
            New agent
          </Link>
        )}
      </ListFilters>
      <QueryView query={agents} what="The agents" rows={4}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState
              icon={<Bot size={28} />}
              title={filtered ? 'No agent is like this' : 'No agent works here yet'}
              action={
                <Link to="/w/$workspaceId/discover" params={{ workspaceId }} className={buttonLook('primary')}>
                  Discover agents
                </Link>
              }
            >
              {filtered ? 'Search for other words, or hire one.' : 'Hire some from the catalog, or make your own.'}
            </EmptyState>
          ) : (
            <>
              <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3" data-testid="agents">
                {list.map((agent) => (
                  <AgentCard key={agent.id} agent={agent} />
                ))}
              </ul>
              <LoadMore query={agents} />
            </>
          )
        }
      </QueryView>
    </PageBody>
  );
}
