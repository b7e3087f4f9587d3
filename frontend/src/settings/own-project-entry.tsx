import { useState } from 'react';
import type { OwnProject } from '#core/protocol/own-project.ts';
import { usePlatform } from '../app/platform-context.ts';
import { formatAge } from '../format/date.ts';
import { Badge } from '../kit/badge.tsx';
import { Button } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { toast } from '../kit/toast.tsx';

interface OwnProjectEntryProps {
  readonly project: OwnProject;
  readonly mayChange: boolean;
  readonly onChanged: () => void;
}

export function OwnProjectEntry({ project, mayChange, onChanged }: OwnProjectEntryProps) {
  const { api } = usePlatform();
  const [removing, setRemoving] = useState(false);
  const { workspaceId, url, state, lastFour, lastUsedAt, threadsThere, threadsToMove, agentsToMove } = project;
  const toMove = threadsToMove + agentsToMove;

  async function remove(): Promise<void> {
    const abandon = threadsThere > 0 ? 'true' : 'false';
    await api('DELETE /v1/workspaces/{workspaceId}/project', { path: { workspaceId }, query: { abandon } });
    onChanged();
    toast.done('The project is not used any more.');
  }

  return (
    <div className="flex flex-col gap-2 py-3" data-testid="own-project">
      <p className="flex flex-wrap items-center gap-2 font-medium text-sm [overflow-wrap:anywhere]">
        {url}
        {state.status === 'ready' ? <Badge kind="good">Works</Badge> : <Badge kind="danger">Does not work</Badge>}
      </p>
      <p className="text-[13px] text-muted leading-snug">
        {lastFour && <span className="font-mono">…{lastFour}</span>}
        {lastFour && ' · '}
        {threadsThere} {threadsThere === 1 ? 'conversation' : 'conversations'}
        {' · '}
        {lastUsedAt ? `last used ${formatAge(lastUsedAt, new Date())}` : 'never used'}
      </p>
      {state.status === 'trouble' && (
        <p role="alert" className="text-danger text-sm" data-testid="own-project-trouble">
          {state.message}
        </p>
      )}
      {toMove > 0 && (
        <p className="text-sm" data-testid="own-project-to-move">
          {threadsToMove} conversations and the memories of {agentsToMove} agents are still kept by the platform. They
          move with <code>npm run project:migrate -- --workspace {workspaceId} --move</code>.
        </p>
      )}
      {mayChange && (
        <div>
          <Button onClick={() => setRemoving(true)} data-testid="remove-project">
            Stop using it
          </Button>
        </div>
      )}
      {removing && (
        <ConfirmDialog
          title="Stop using this project?"
          action="Stop using it"
          onConfirm={remove}
          onClose={() => setRemoving(false)}
        >
          {threadsThere > 0
            ? `${threadsThere} conversations are deleted here. What was said in them, and what agents remember, stays in your project.`
            : 'What agents remember there stays in your project. New conversations are kept by the platform again.'}
        </ConfirmDialog>
      )}
    </div>
  );
}
