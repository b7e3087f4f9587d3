import { useQueryClient } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { ApiKey } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { usePages } from '../app/use-pages.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { formatAge, formatDate } from '../format/date.ts';
import { Badge } from '../kit/badge.tsx';
import { Button } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, PageBody, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { Cell, HeadCell, Table } from '../kit/table.tsx';
import { toast } from '../kit/toast.tsx';
import { ApiKeyDialog, scopeNames } from './api-key-dialog.tsx';
import { useMemberNames } from './use-members.ts';

export function ApiKeysPage() {
  const { api } = usePlatform();
  const { id: workspaceId, name } = useThisWorkspace();
  const queries = useQueryClient();
  const nameOf = useMemberNames(workspaceId);
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  usePageTitle(`API keys of ${name}`);
  const queryKey = ['api-keys', workspaceId];
  const keys = usePages<ApiKey>(queryKey, (cursor, signal) =>
    api(
      'GET /v1/workspaces/{workspaceId}/api-keys',
      { path: { workspaceId }, query: { limit: 50, ...(cursor && { cursor }) } },
      signal,
    ),
  );

  async function revoke(key: ApiKey): Promise<void> {
    await api('DELETE /v1/workspaces/{workspaceId}/api-keys/{apiKeyId}', {
      path: { workspaceId, apiKeyId: key.id },
    });
    await queries.invalidateQueries({ queryKey });
    toast.done(`“${key.name}” works no more.`);
  }

  return (
    <PageBody width="list">
      <Section
        title="API keys"
        text="For other software. A key acts as the member who made it, in this workspace alone, and ends when that member leaves."
        action={
          <Button kind="primary" onClick={() => setMaking(true)} data-testid="create-api-key">
            <Plus size={16} />
            Create key
          </Button>
        }
      >
        <QueryView query={keys} what="The API keys">
          {(list) =>
            list.length === 0 ? (
              <EmptyState title="There is no API key yet">
                Create one to call Troupe from your own software, and see the API’s description at /docs.
              </EmptyState>
            ) : (
              <>
                <Table caption="API keys">
                  <thead>
                    <tr>
                      <HeadCell>Name</HeadCell>
                      <HeadCell>Reach</HeadCell>
                      <HeadCell>Acts as</HeadCell>
                      <HeadCell>Last used</HeadCell>
                      <HeadCell>Ends</HeadCell>
                      <HeadCell>
                        <span className="sr-only">Actions</span>
                      </HeadCell>
                    </tr>
                  </thead>
                  <tbody>
                    {list.map((key) => (
                      <tr key={key.id} data-testid="api-key" className={key.revokedAt ? 'text-muted' : undefined}>
                        <Cell>
                          <span className="block font-medium">{key.name}</span>
                          <span className="font-mono text-[12.5px] text-muted">…{key.lastFour}</span>
                        </Cell>
                        <Cell>
                          <span className="flex flex-wrap gap-1">
                            {key.scopes.map((scope) => (
                              <Badge key={scope}>{scopeNames[scope].title}</Badge>
                            ))}
                          </span>
                        </Cell>
                        <Cell>{nameOf(key.createdBy)}</Cell>
                        <Cell className="whitespace-nowrap">
                          {key.lastUsedAt ? formatAge(key.lastUsedAt, new Date()) : 'Never'}
                        </Cell>
                        <Cell className="whitespace-nowrap">{key.expiresAt ? formatDate(key.expiresAt) : 'Never'}</Cell>
                        <Cell className="text-right">
                          {key.revokedAt ? (
                            <Badge kind="danger">Revoked</Badge>
                          ) : (
                            <Button onClick={() => setRevoking(key)}>
                              Revoke<span className="sr-only"> {key.name}</span>
                            </Button>
                          )}
                        </Cell>
                      </tr>
                    ))}
                  </tbody>
                </Table>
                <LoadMore query={keys} />
              </>
            )
          }
        </QueryView>
      </Section>
      {making && (
        <ApiKeyDialog onMade={() => void queries.invalidateQueries({ queryKey })} onClose={() => setMaking(false)} />
      )}
      {revoking && (
        <ConfirmDialog
          title={`Revoke “${revoking.name}”?`}
          action="Revoke"
          onConfirm={() => revoke(revoking)}
          onClose={() => setRevoking(null)}
        >
          Software that uses it is refused from now on. This cannot be undone.
        </ConfirmDialog>
      )}
    </PageBody>
  );
}
