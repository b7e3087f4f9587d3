import { useQueryClient } from '@tanstack/react-query';
import { usePlatform } from '../app/platform-context.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { toast } from '../kit/toast.tsx';
import type { NamedRun } from './named-run.ts';
import { leftWorkingText } from './run-words.ts';
import { runsKey } from './use-runs.ts';

interface KillDialogProps extends NamedRun {
  readonly onClose: () => void;
}

/** Kills a run, and waits until it has stopped. It stands beside the list of runs, because the run may leave that before it has. */
export function KillDialog({ run, agent, person, onClose }: KillDialogProps) {
  const { api } = usePlatform();
  const queries = useQueryClient();

  async function kill(): Promise<void> {
    const ended = await api('POST /v1/runs/{runId}/kill', { path: { runId: run.id } });
    const leftWorking = leftWorkingText(ended);
    if (leftWorking) toast.failed(leftWorking);
    else toast.done(ended.status === 'cancelled' ? 'The run has stopped.' : 'The run had ended by itself.');
    await queries.invalidateQueries({ queryKey: runsKey(run.workspaceId) });
  }

  return (
    <ConfirmDialog title="Kill this run?" action="Kill" busyAction="Killing" onConfirm={kill} onClose={onClose}>
      {agent} stops what it does for {person}. What it has done stays done. It may take some seconds until all of it has
      stopped.
    </ConfirmDialog>
  );
}
