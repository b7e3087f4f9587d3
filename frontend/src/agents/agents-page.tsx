import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Bot, Plus } from 'lucide-react';
import { useCallback } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { usePages } from '../app/use-pages.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { Select } from '../kit/field.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, PageBody } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { SearchField } from '../kit/search-field.tsx';
import { AgentCard } from './agent-card.tsx';
import { useDepartments } from './agent-queries.ts';

const primaryLink =
  'inline-flex min-h-10 items-center gap-2 rounded-lg bg-accent px-3.5 font-medium text-on-accent text-sm hover:bg-accent-hover pointer-coarse:min-h-11';

/** The agents that work in the workspace, and those who did. */
export function AgentsPage() {
  const { api } = usePlatform();
  const { id: workspaceId, name, role } = useThisWorkspace();
  const { q, department, status = 'active' } = useSearch({ from: '/w/$workspaceId/agents-layout/agents' });
  const departments = useDepartments().data ?? [];
  const navigate = useNavigate({ from: '/w/$workspaceId/agents' });
  const search = useCallback(
    (text: string) => void navigate({ search: (now) => ({ ...now, q: text || undefined }), replace: true }),
    [navigate],
  );
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
      <div className="flex flex-wrap items-center gap-2.5">
        <SearchField key={workspaceId} label="Search agents" value={q ?? ''} onSearch={search} />
        <Select
          aria-label="Department"
          className="w-auto!"
          value={department ?? ''}
          onChange={(event) =>
            void navigate({
              search: (now) => ({ ...now, department: event.target.value || undefined }),
              replace: true,
            })
          }
        >
          <option value="">All departments</option>
          {departments.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </Select>
        <Select
          aria-label="Status"
          className="w-auto!"
          value={status}
          onChange={(event) =>
            void navigate({
              search: (now) => ({ ...now, status: event.target.value === 'dismissed' ? 'dismissed' : undefined }),
              replace: true,
            })
          }
        >
          <option value="active">At work</option>
          <option value="dismissed">Dismissed</option>
        </Select>
        {mayManage(role) && (
          <Link
            to="/w/$workspaceId/agents/new"
            params={{ workspaceId }}
            className={primaryLink}
            data-testid="new-agent"
          >
            <Plus size={16} />
            New agent
          </Link>
        )}
      </div>
      <QueryView query={agents} what="The agents" rows={4}>
        {(list) =>
          list.length === 0 ? (
            <EmptyState
              icon={<Bot size={28} />}
              title={filtered ? 'No agent is like this' : 'No agent works here yet'}
              action={
                <Link to="/w/$workspaceId/discover" params={{ workspaceId }} className={primaryLink}>
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
