import type { AuditEntry } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { usePages } from '../app/use-pages.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { formatDateTime } from '../format/date.ts';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, PageBody, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { Cell, HeadCell, Table } from '../kit/table.tsx';
import { auditDetails, auditWords } from './audit-words.ts';
import { useMemberNames } from './use-members.ts';

/** What was done to rights, keys and agents, the newest first. */
export function AuditPage() {
  const { api } = usePlatform();
  const { id: workspaceId, name } = useThisWorkspace();
  const nameOf = useMemberNames(workspaceId);
  usePageTitle(`Audit log of ${name}`);
  const entries = usePages<AuditEntry>(['audit', workspaceId], (cursor, signal) =>
    api(
      'GET /v1/workspaces/{workspaceId}/audit',
      { path: { workspaceId }, query: { limit: 50, ...(cursor && { cursor }) } },
      signal,
    ),
  );
  return (
    <PageBody width="list">
      <Section title="Audit log" text="Every change of rights, keys and agents. Nobody can edit it.">
        <QueryView query={entries} what="The audit log">
          {(list) =>
            list.length === 0 ? (
              <EmptyState title="Nothing has happened yet" />
            ) : (
              <>
                <Table caption="Audit log">
                  <thead>
                    <tr>
                      <HeadCell>When</HeadCell>
                      <HeadCell>Who</HeadCell>
                      <HeadCell>What</HeadCell>
                      <HeadCell>Details</HeadCell>
                    </tr>
                  </thead>
                  <tbody>
                    {list.map((entry) => (
                      <tr key={entry.id} data-testid="audit-entry">
                        <Cell className="whitespace-nowrap text-muted">
                          <time dateTime={entry.at}>{formatDateTime(entry.at)}</time>
                        </Cell>
                        <Cell className="whitespace-nowrap">
                          {nameOf(entry.actorId)}
                          {entry.apiKeyId && <span className="block text-[12.5px] text-muted">by API key</span>}
                        </Cell>
                        <Cell className="whitespace-nowrap">{auditWords(entry.action)}</Cell>
                        <Cell className="min-w-48 text-[13px] text-muted [overflow-wrap:anywhere]">
                          {auditDetails(entry, nameOf)}
                        </Cell>
                      </tr>
                    ))}
                  </tbody>
                </Table>
                <LoadMore query={entries} />
              </>
            )
          }
        </QueryView>
      </Section>
    </PageBody>
  );
}
