import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import type { AgentVersion } from '#core/protocol/agent-content.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { formatDateTime } from '../format/date.ts';
import { Badge } from '../kit/badge.tsx';
import { Button } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { toast } from '../kit/toast.tsx';
import { useMemberNames } from '../settings/use-members.ts';
import { agentKey } from './agent-queries.ts';
import { fieldNames } from './field-names.ts';
import { refreshAgents } from './refresh-agents.ts';
import { VersionDiff } from './version-diff.tsx';
import { VersionRow } from './version-row.tsx';

/** What the agent was, from one change to the next. */
export function VersionsTab({ agent }: { readonly agent: Agent }) {
  const { api } = usePlatform();
  const { id: workspaceId, role } = useThisWorkspace();
  const nameOf = useMemberNames(workspaceId);
  const queries = useQueryClient();
  const [restoring, setRestoring] = useState<AgentVersion | null>(null);
  const versions = usePages<AgentVersion>(['agent-versions', agent.id], (cursor, signal) =>
    api(
      'GET /v1/agents/{agentId}/versions',
      { path: { agentId: agent.id }, query: { limit: 20, ...(cursor && { cursor }) } },
      signal,
    ),
  );

  async function restore({ version }: AgentVersion): Promise<void> {
    const restored = await api('POST /v1/agents/{agentId}/versions/{version}/restore', {
      path: { agentId: agent.id, version: String(version) },
      body: { currentVersion: agent.version },
    });
    queries.setQueryData(agentKey(agent.id), restored);
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['agent-versions', agent.id] }),
      refreshAgents(queries, workspaceId),
    ]);
    toast.done(`Version ${version} is back, as version ${restored.version}.`);
  }

  return (
    <Section title="Versions" text="Each change makes one. A run keeps to the version that it began with.">
      <QueryView query={versions} what="The versions">
        {(list) => (
          <>
            <ol className="flex flex-col gap-2" data-testid="versions">
              {list.map((version) => (
                <VersionRow
                  key={version.version}
                  version={version.version}
                  badges={
                    <>
                      {version.version === agent.version && <Badge kind="good">Now</Badge>}
                      {version.restoredFrom && <Badge>Brought back {version.restoredFrom}</Badge>}
                    </>
                  }
                  about={
                    <>
                      {nameOf(version.changedBy)}, {formatDateTime(version.createdAt)}
                      {version.changed.length > 0 &&
                        `: ${version.changed.map((field) => fieldNames[field] ?? field).join(', ')}`}
                    </>
                  }
                >
                  <VersionDiff agentId={agent.id} version={version.version} />
                  {mayManage(role) && version.version !== agent.version && (
                    <div className="mt-3 flex justify-end">
                      <Button onClick={() => setRestoring(version)} data-testid="restore">
                        Bring back version {version.version}
                      </Button>
                    </div>
                  )}
                </VersionRow>
              ))}
            </ol>
            <LoadMore query={versions} />
          </>
        )}
      </QueryView>
      {restoring && (
        <ConfirmDialog
          title={`Bring back version ${restoring.version}?`}
          action="Bring back"
          danger={false}
          onConfirm={() => restore(restoring)}
          onClose={() => setRestoring(null)}
        >
          It becomes a new version with the old content; nothing is lost. Runs that are under way keep to theirs.
        </ConfirmDialog>
      )}
    </Section>
  );
}
