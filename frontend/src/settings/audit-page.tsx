import type { AuditEntry } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { usePages } from '../app/use-pages.ts';
import { useEveryAgent } from '../app/use-workspace.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { formatDateTime } from '../format/date.ts';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, PageBody, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { auditDetails, auditWords } from './audit-words.ts';
import { useMemberNames } from './use-members.ts';

/** What was done to rights, keys and agents, the newest first. */
export function AuditPage() {
  const { api } = usePlatform();
  const { id: workspaceId, name } = useThisWorkspace();
  const nameOf = useMemberNames(workspaceId);
  const agents = useEveryAgent().data ?? [];
  const names = { person: nameOf, agent: (id: string) => agents.find((agent) => agent.id === id)?.name ?? 'an agent' };
  usePageTitle(`Audit log of ${name}`);
  const entries = usePages<AuditEntry>(['audit', workspaceId], (cursor, signal) =>
    api(
      'GET /v1/workspaces/{workspaceId}/audit',
      { path: { workspaceId }, query: { limit: 50, ...(cursor && { cursor }) } },
      signal,
    ),
  );
  return (
    <PageBody>
      <Section title="Audit log" text="Every change of rights, keys and agents. Nobody can edit it.">
        <QueryView query={entries} what="The audit log">
          {(list) =>
            list.length === 0 ? (
              <EmptyState title="Nothing has happened yet" />
            ) : (
              <>
                <ul className="divide-y divide-line">
                  {list.map((entry) => (
                    <li
                      key={entry.id}
                      className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 py-2.5"
                      data-testid="audit-entry"
                    >
                      <div className="min-w-0 grow basis-72 text-sm [overflow-wrap:anywhere]">
                        <span className="font-medium">{auditWords(entry.action)}</span>
                        <span className="text-muted"> {auditDetails(entry, names)}</span>
                      </div>
                      <p className="shrink-0 text-[13px] text-muted">
                        {nameOf(entry.actorId)}
                        {entry.apiKeyId && ' by API key'}
                        {', '}
                        <time dateTime={entry.at}>{formatDateTime(entry.at)}</time>
                      </p>
                    </li>
                  ))}
                </ul>
                <LoadMore query={entries} />
              </>
            )
          }
        </QueryView>
      </Section>
    </PageBody>
  );
}
