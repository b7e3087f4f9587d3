import { useNavigate, useSearch } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { useCallback } from 'react';
import type { CatalogAgent } from '#core/protocol/catalog.ts';
import { useDepartments } from '../agents/agent-queries.ts';
import { Header } from '../app/header.tsx';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { usePages } from '../app/use-pages.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { Select } from '../kit/field.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, PageBody } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { SearchField } from '../kit/search-field.tsx';
import { byDepartment } from './by-department.ts';
import { CatalogCard } from './catalog-card.tsx';
import { CatalogDialog } from './catalog-dialog.tsx';

/** The catalog: agents that can be hired. */
export function DiscoverPage() {
  const { api } = usePlatform();
  const { id: workspaceId } = useThisWorkspace();
  const { q, department, hired, agent: shown } = useSearch({ from: '/w/$workspaceId/discover' });
  const departments = useDepartments().data ?? [];
  const navigate = useNavigate({ from: '/w/$workspaceId/discover' });
  const search = useCallback(
    (text: string) => void navigate({ search: (now) => ({ ...now, q: text || undefined }), replace: true }),
    [navigate],
  );
  const open = (slug: string | undefined) => void navigate({ search: (now) => ({ ...now, agent: slug }) });
  usePageTitle('Discover');
  const catalog = usePages<CatalogAgent>(['catalog', workspaceId, q, department, hired], (cursor, signal) =>
    api(
      'GET /v1/catalog/agents',
      {
        query: {
          workspaceId,
          search: q,
          department,
          hiredOnly: hired ? 'true' : 'false',
          limit: 100,
          ...(cursor && { cursor }),
        },
      },
      signal,
    ),
  );
  const chosen = catalog.data?.find(({ slug }) => slug === shown);

  return (
    <>
      <Header title="Discover" />
      <PageBody width="list">
        <div className="flex flex-wrap items-center gap-2.5">
          <SearchField key={workspaceId} label="Search the catalog" value={q ?? ''} onSearch={search} />
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
            aria-label="Hired or not"
            className="w-auto!"
            value={hired ? 'hired' : ''}
            onChange={(event) =>
              void navigate({
                search: (now) => ({ ...now, hired: event.target.value === 'hired' || undefined }),
                replace: true,
              })
            }
          >
            <option value="">Everybody</option>
            <option value="hired">Hired here</option>
          </Select>
        </div>
        <QueryView query={catalog} what="The catalog" rows={6}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState icon={<Compass size={28} />} title="Nobody is like this">
                Search for other words, or look at all departments.
              </EmptyState>
            ) : (
              <>
                {byDepartment(list).map(({ name, agents }) => (
                  <section key={name} aria-label={name}>
                    <h2 className="mb-2.5 font-semibold text-[15px]">{name}</h2>
                    <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
                      {agents.map((agent) => (
                        <CatalogCard key={agent.id} agent={agent} onOpen={() => open(agent.slug)} />
                      ))}
                    </ul>
                  </section>
                ))}
                <LoadMore query={catalog} />
              </>
            )
          }
        </QueryView>
      </PageBody>
      {chosen && <CatalogDialog agent={chosen} onClose={() => open(undefined)} />}
    </>
  );
}
