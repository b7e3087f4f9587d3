import { Link, useParams, useSearch } from '@tanstack/react-router';
import { FormProvider } from 'react-hook-form';
import type { ManagedCatalogAgent } from '#core/protocol/catalog.ts';
import { CatalogAgentId } from '#core/protocol/ids.ts';
import { LimitFields } from '../agents/limit-fields.tsx';
import { ProfileFields } from '../agents/profile-fields.tsx';
import { ToolFields } from '../agents/tool-fields.tsx';
import { Header } from '../app/header.tsx';
import { NotFound } from '../app/not-found.tsx';
import { usePageTitle } from '../app/use-page-title.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { isRefusal } from '../http/call-error.ts';
import { Avatar } from '../kit/avatar.tsx';
import { Badge } from '../kit/badge.tsx';
import { PageBody } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { SaveBar } from '../kit/save-bar.tsx';
import { TabLinks, tabLink } from '../kit/tab-links.tsx';
import { useManagedAgent } from './catalog-queries.ts';
import { draftTabs, EntryTab, entryTabNames } from './entry-tabs.ts';
import { EntryVersions } from './entry-versions.tsx';
import { PlaceSection } from './place-section.tsx';
import { PlatformAdmins } from './platform-admins.tsx';
import { StatusBadge } from './state-badges.tsx';
import { useDraftForm } from './use-draft-form.ts';

/** One catalog agent: its draft, its versions and its place. For platform admins; others are told that there is nothing. */
export function EntryPage() {
  const { catalogAgentId } = useParams({ from: '/w/$workspaceId/catalog/$catalogAgentId' });
  const parsed = CatalogAgentId.safeParse(catalogAgentId);
  if (!parsed.success) return <NotFound title="This catalog agent is not here" />;
  return (
    <PlatformAdmins>
      <KnownEntry key={parsed.data} catalogAgentId={parsed.data} />
    </PlatformAdmins>
  );
}

function KnownEntry({ catalogAgentId }: { readonly catalogAgentId: CatalogAgentId }) {
  const query = useManagedAgent(catalogAgentId);
  if (isRefusal(query.error, 'not_found')) return <NotFound title="This catalog agent is not here" />;
  if (query.data) return <EntryEditor entry={query.data} />;
  return (
    <>
      <Header title="Catalog" />
      <PageBody>
        <QueryView query={query} what="The catalog agent">
          {() => null}
        </QueryView>
      </PageBody>
    </>
  );
}

function EntryEditor({ entry }: { readonly entry: ManagedCatalogAgent }) {
  const { id: workspaceId } = useThisWorkspace();
  const { tab = 'profile' } = useSearch({ from: '/w/$workspaceId/catalog/$catalogAgentId' });
  const { form, save, saving, problem, draft, shown } = useDraftForm(entry);
  const published = entry.versions.find(({ status }) => status === 'published');
  usePageTitle(`${shown.content.name}, catalog`);

  return (
    <>
      <Header title={shown.content.name} />
      <TabLinks label="Parts of the catalog agent">
        {EntryTab.options.map((each) => (
          <li key={each}>
            <Link
              to="/w/$workspaceId/catalog/$catalogAgentId"
              params={{ workspaceId, catalogAgentId: entry.id }}
              search={{ tab: each }}
              replace
              aria-current={tab === each ? 'page' : undefined}
              className={tabLink}
              activeProps={{}}
              data-testid={`tab-${each}`}
            >
              {entryTabNames[each]}
            </Link>
          </li>
        ))}
      </TabLinks>
      <PageBody>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
          <Avatar name={shown.content.name} avatar={shown.content.avatar} size="large" />
          <div className="min-w-40 grow">
            <p className="font-semibold text-lg leading-tight">{shown.content.name}</p>
            <div className="mt-1 flex flex-wrap items-center gap-1.5 text-[13px] text-muted">
              <span>{entry.department}</span>
              {entry.isHead && <Badge kind="accent">Head</Badge>}
              {published && <StatusBadge status="published" version={published.version} />}
              {draft && <StatusBadge status="draft" version={draft.version} />}
              {!published && !draft && <StatusBadge status="retired" version={shown.version} />}
            </div>
          </div>
          <Link
            to="/w/$workspaceId/catalog"
            params={{ workspaceId }}
            className="font-medium text-link text-sm underline underline-offset-2"
          >
            Whole catalog
          </Link>
        </div>
        <FormProvider {...form}>
          {draftTabs.includes(tab) && (
            <form
              noValidate
              aria-label={shown.content.name}
              onSubmit={(event) => void save(event)}
              className="flex flex-col gap-6"
            >
              {tab === 'profile' && <ProfileFields withDepartment={false} />}
              {tab === 'tools' && <ToolFields />}
              {tab === 'limits' && <LimitFields />}
              <SaveBar
                dirty={form.formState.isDirty}
                saving={saving}
                problem={problem}
                action={draft ? 'Save the draft' : 'Save as a draft'}
                onDiscard={() => form.reset()}
              />
            </form>
          )}
        </FormProvider>
        {tab === 'versions' && <EntryVersions entry={entry} />}
        {tab === 'place' && <PlaceSection entry={entry} />}
      </PageBody>
    </>
  );
}
