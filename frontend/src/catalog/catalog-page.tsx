import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { LibraryBig, Plus } from 'lucide-react';
import { useState } from 'react';
import type { ManagedCatalogEntry } from '#core/protocol/catalog.ts';
import { Header } from '../app/header.tsx';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { usePages } from '../app/use-pages.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { formatAge } from '../format/date.ts';
import { Avatar } from '../kit/avatar.tsx';
import { Badge } from '../kit/badge.tsx';
import { Button } from '../kit/button.tsx';
import { ListFilters } from '../kit/list-filters.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, PageBody } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { managedKey } from './catalog-queries.ts';
import { NewEntryDialog } from './new-entry-dialog.tsx';
import { PlatformAdmins } from './platform-admins.tsx';
import { StatusBadge } from './state-badges.tsx';

/** The global catalog as platform admins look after it: everything in it, whatever its state. */
export const CatalogPage = () => (
  <PlatformAdmins>
    <WholeCatalog />
  </PlatformAdmins>
);

function WholeCatalog() {
  const { api } = usePlatform();
  const { q } = useSearch({ from: '/w/$workspaceId/catalog' });
  const navigate = useNavigate({ from: '/w/$workspaceId/catalog' });
  const [adding, setAdding] = useState(false);
  usePageTitle('Catalog');
  const entries = usePages<ManagedCatalogEntry>([...managedKey, 'list', q], (cursor, signal) =>
    api('GET /v1/catalog/managed', { query: { search: q, limit: 50, ...(cursor && { cursor }) } }, signal),
  );

  return (
    <>
      <Header title="Catalog" />
      <PageBody width="list">
        <ListFilters
          searchLabel="Search the whole catalog"
          search={q}
          onSearch={(text) => void navigate({ search: { q: text }, replace: true })}
        >
          <Button kind="primary" className="min-h-10" onClick={() => setAdding(true)} data-testid="new-entry">
            <Plus size={16} />
            New catalog agent
          </Button>
        </ListFilters>
        <QueryView query={entries} what="The catalog" rows={6}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState icon={<LibraryBig size={28} />} title="Nothing in the catalog is like this">
                Search for other words, or write a new catalog agent.
              </EmptyState>
            ) : (
              <div>
                <ul className="divide-y divide-line rounded-2xl border border-line bg-raised" data-testid="entries">
                  {list.map((entry) => (
                    <Entry key={entry.id} entry={entry} />
                  ))}
                </ul>
                <LoadMore query={entries} />
              </div>
            )
          }
        </QueryView>
      </PageBody>
      {adding && <NewEntryDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function Entry({ entry }: { readonly entry: ManagedCatalogEntry }) {
  const { id: workspaceId } = useThisWorkspace();
  return (
    <li data-testid="entry">
      <Link
        to="/w/$workspaceId/catalog/$catalogAgentId"
        params={{ workspaceId, catalogAgentId: entry.id }}
        className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3 hover:bg-hover sm:flex-nowrap"
      >
        <Avatar name={entry.name} avatar={entry.avatar} />
        <span className="min-w-0 grow basis-48">
          <span className="flex items-center gap-2 font-medium text-sm">
            <span className="truncate">{entry.name}</span>
            {entry.isHead && <Badge kind="accent">Head</Badge>}
          </span>
          <span className="block truncate text-[13px] text-muted">
            {entry.department} · {entry.role || entry.slug} · {formatAge(entry.changedAt, new Date())}
          </span>
        </span>
        <span className="flex shrink-0 gap-1.5">
          {entry.published !== null && <StatusBadge status="published" version={entry.published} />}
          {entry.draft !== null && <StatusBadge status="draft" version={entry.draft} />}
          {entry.published === null && entry.draft === null && <StatusBadge status="retired" version={entry.newest} />}
        </span>
      </Link>
    </li>
  );
}
