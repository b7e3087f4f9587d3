import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { usePlatform } from '../app/platform-context.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { messageOf } from '../http/call-error.ts';
import { Button } from '../kit/button.tsx';
import { Actions, Dialog } from '../kit/dialog.tsx';
import { CheckField, TextField } from '../kit/field.tsx';
import { toast } from '../kit/toast.tsx';
import { useExport } from './use-export.ts';

/** Deleting takes typing the name, and an export unless that is waived in so many words. */
export function DeleteWorkspaceDialog({ onClose }: { readonly onClose: () => void }) {
  const { api, userId } = usePlatform();
  const workspace = useThisWorkspace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { state: exporting, start } = useExport();
  const [typed, setTyped] = useState('');
  const [withoutExport, setWithoutExport] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const ready = typed === workspace.name && (exporting.status === 'done' || withoutExport);

  async function remove(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await api('POST /v1/workspaces/{workspaceId}/delete', {
        path: { workspaceId: workspace.id },
        body: { name: typed, withoutExport },
      });
      await navigate({ to: '/' });
      await queries.invalidateQueries({ queryKey: ['workspaces', userId] });
      toast.done(`${workspace.name} was deleted.`);
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={`Delete ${workspace.name}?`}
      description="Members, agents, threads, keys, budgets: everything is gone at once, for everybody, for good."
      onClose={onClose}
      testId="delete-dialog"
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void remove();
        }}
      >
        <div className="rounded-xl border border-line bg-sunken px-3.5 py-3">
          <div className="flex flex-wrap items-center justify-between gap-2">
            <p className="text-sm">
              {exporting.status === 'done' ? `${exporting.rows} rows were exported.` : 'First take everything out.'}
            </p>
            <Button onClick={() => void start()} disabled={exporting.status === 'running'}>
              {exporting.status === 'running' ? `Exporting… ${exporting.rows} rows` : 'Export as JSON'}
            </Button>
          </div>
          {exporting.status === 'failed' && (
            <p role="alert" className="mt-2 text-danger text-sm">
              {exporting.message}
            </p>
          )}
          {exporting.status !== 'done' && (
            <CheckField
              label="I do not need an export"
              checked={withoutExport}
              onChange={(event) => setWithoutExport(event.target.checked)}
              data-testid="without-export"
            />
          )}
        </div>
        <TextField
          label={`Type “${workspace.name}” to go on`}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          data-testid="type-name"
        />
        {problem && (
          <p role="alert" className="text-danger text-sm">
            {problem}
          </p>
        )}
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" type="submit" disabled={!ready || busy} data-testid="delete-for-good">
            Delete for good
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
