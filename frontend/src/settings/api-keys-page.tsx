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
    <PageBody>
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
                <ul className="divide-y divide-line" data-testid="api-keys">
                  {list.map((key) => (
                    <li key={key.id} className="flex items-center gap-3 py-3" data-testid="api-key">
                      <div className={`min-w-0 grow ${key.revokedAt ? 'text-muted' : ''}`}>
                        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
                          <span className="font-medium [overflow-wrap:anywhere]">{key.name}</span>
                          <span className="font-mono text-[12.5px] text-muted">…{key.lastFour}</span>
                          {key.scopes.map((scope) => (
                            <Badge key={scope}>{scopeNames[scope].title}</Badge>
                          ))}
                        </p>
                        <p className="mt-1 text-[13px] text-muted">{wordsOf(key, nameOf(key.createdBy))}</p>
                      </div>
                      {key.revokedAt ? (
                        <Badge kind="danger">Revoked</Badge>
                      ) : (
                        <Button onClick={() => setRevoking(key)}>
                          Revoke<span className="sr-only"> {key.name}</span>
                        </Button>
                      )}
                    </li>
                  ))}
                </ul>
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

/** Whose it is, how it is used, and how long it works. */
function wordsOf({ lastUsedAt, expiresAt, revokedAt }: ApiKey, maker: string): string {
  const used = lastUsedAt ? `last used ${formatAge(lastUsedAt, new Date())}` : 'never used';
  const ends = revokedAt ? [] : [expiresAt ? `ends on ${formatDate(expiresAt)}` : 'never ends'];
  return [`Acts as ${maker === 'You' ? 'you' : maker}`, used, ...ends].join(' · ');
}
