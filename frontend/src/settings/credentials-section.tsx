import { useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Credential } from '#core/protocol/credential.ts';
import { usePlatform } from '../app/platform-context.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { Button } from '../kit/button.tsx';
import { EmptyState, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { CredentialDialog } from './credential-dialog.tsx';
import { CredentialEntry } from './credential-entry.tsx';
import { modelsKey } from './use-models.ts';

/** Keys of model providers: the workspace's, and one's own, which come first. */
export function CredentialsSection() {
  const { api } = usePlatform();
  const { id: workspaceId, role } = useThisWorkspace();
  const queries = useQueryClient();
  const [putting, setPutting] = useState<Credential | 'new' | null>(null);
  const queryKey = ['credentials', workspaceId];
  const credentials = useQuery({
    queryKey,
    queryFn: ({ signal }) => api('GET /v1/credentials', { query: { workspaceId } }, signal),
    select: ({ data }) => data,
  });
  const refresh = () =>
    void Promise.all([
      queries.invalidateQueries({ queryKey }),
      queries.invalidateQueries({ queryKey: modelsKey(workspaceId) }),
    ]);

  return (
    <Section
      title="Keys"
      text="Each is tried with its provider before it is kept, is stored encrypted and never shown again. A changed key works from the next run on."
      action={
        <Button kind="primary" onClick={() => setPutting('new')} data-testid="add-key">
          <Plus size={16} />
          {mayManage(role) ? 'Add a key' : 'Add your own key'}
        </Button>
      }
    >
      <QueryView query={credentials} what="The keys">
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon={<KeyRound size={28} />} title="There is no key yet">
              Add one, and agents can work with the models of its provider.
            </EmptyState>
          ) : (
            <ul className="divide-y divide-line" data-testid="credentials">
              {list.map((credential) => (
                <CredentialEntry
                  key={credential.id}
                  credential={credential}
                  onReplace={() => setPutting(credential)}
                  onChanged={refresh}
                />
              ))}
            </ul>
          )
        }
      </QueryView>
      {putting && (
        <CredentialDialog
          replaced={putting === 'new' ? null : putting}
          onSaved={refresh}
          onClose={() => setPutting(null)}
        />
      )}
    </Section>
  );
}
