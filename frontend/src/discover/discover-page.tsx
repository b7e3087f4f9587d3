import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import type { CatalogAgent } from '#core/protocol/catalog.ts';
import { DepartmentFilter } from '../agents/department-filter.tsx';
import { Header } from '../app/header.tsx';
import { usePlatform } from '../app/platform-context.ts';
import { useMe } from '../app/use-me.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { usePages } from '../app/use-pages.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { buttonLook } from '../kit/button.tsx';
import { FilterSelect, ListFilters } from '../kit/list-filters.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, PageBody } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { CatalogCard } from './catalog-card.tsx';
import { CatalogDialog } from './catalog-dialog.tsx';

/** The catalog: agents that can be hired. */
export function DiscoverPage() {
  const { api } = usePlatform();
  const { id: workspaceId } = useThisWorkspace();
  const { q, department, hired, agent: shown } = useSearch({ from: '/w/$workspaceId/discover' });
  const navigate = useNavigate({ from: '/w/$workspaceId/discover' });
  const filter = (change: { q?: string | undefined; department?: string | undefined; hired?: true | undefined }) =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true });
  const open = (slug: string | undefined) => void navigate({ search: (now) => ({ ...now, agent: slug }) });
  const isPlatformAdmin = useMe().data?.isPlatformAdmin === true;
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
        <ListFilters
          key={workspaceId}
          searchLabel="Search the catalog"
          search={q}
          onSearch={(text) => filter({ q: text })}
        >
          <DepartmentFilter value={department} onChange={(next) => filter({ department: next })} />
          <FilterSelect
            label="Hired or not"
            all="Everybody"
            value={hired ? 'hired' : undefined}
            options={[{ value: 'hired', name: 'Hired here' }]}
            onChange={(next) => filter({ hired: next ? true : undefined })}
          />
          {isPlatformAdmin && (
            <Link
              to="/w/$workspaceId/catalog"
              params={{ workspaceId }}
              className={buttonLook('plain', 'min-h-10')}
              data-testid="manage-catalog"
            >
              Manage the catalog
            </Link>
          )}
        </ListFilters>
        <QueryView query={catalog} what="The catalog" rows={6}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState icon={<Compass size={28} />} title="Nobody is like this">
                Search for other words, or look at all departments.
              </EmptyState>
            ) : (
              <>
                <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
                  {list.map((agent) => (
                    <CatalogCard key={agent.id} agent={agent} onOpen={() => open(agent.slug)} />
                  ))}
                </ul>
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
