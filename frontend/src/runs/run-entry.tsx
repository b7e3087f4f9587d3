import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { isTerminal } from '#core/protocol/run.ts';
import type { RunSummary } from '#core/protocol/run-routes.ts';
import { usePlatform } from '../app/platform-context.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { messageOf } from '../http/call-error.ts';
import { Badge } from '../kit/badge.tsx';
import { Button } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { toast } from '../kit/toast.tsx';
import { useNow } from '../kit/use-now.ts';
import { useMemberNames } from '../settings/use-members.ts';
import { leftWorkingText, reasonText, runFacts, statusWords } from './run-words.ts';
import { runsKey } from './use-runs.ts';

interface RunEntryProps {
  readonly run: RunSummary;
  readonly agentName: string;
}

/** A run in the list: how it is, whose it is, what it has taken, and what can be done about it. */
export function RunEntry({ run, agentName }: RunEntryProps) {
  const { role, id: workspaceId } = useThisWorkspace();
  const { userId } = usePlatform();
  const nameOf = useMemberNames(workspaceId);
  const now = new Date(useNow(10_000));
  const { kill, redrive } = useRunActions(run);
  const [killing, setKilling] = useState(false);
  const { text, kind } = statusWords[run.status];
  const leftWorking = leftWorkingText(run);
  const person = run.userId === userId ? 'you' : nameOf(run.userId);
  const agent = agentName || 'An agent';
  return (
    <li className="flex flex-wrap items-center justify-end gap-x-4 gap-y-2 py-3" data-testid="run">
      <div className="min-w-56 grow basis-0">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm">
          <span className="font-medium [overflow-wrap:anywhere]">{agent}</span>
          <span className="text-muted [overflow-wrap:anywhere]">for {person}</span>
          <Badge kind={kind}>{text}</Badge>
        </p>
        <p className="mt-0.5 text-[13px] text-muted tabular-nums">{runFacts(run, now)}</p>
        {run.errorCode && <p className="mt-0.5 text-[13px] text-danger">{reasonText(run.errorCode)}</p>}
        {leftWorking && <p className="mt-0.5 text-[13px] text-warning">{leftWorking}</p>}
      </div>
      <div className="flex items-center gap-2">
        {run.threadId && (
          <Link
            to="/t/$threadId"
            params={{ threadId: run.threadId }}
            className="inline-flex min-h-8 items-center rounded-md px-1.5 font-medium text-[13px] text-link hover:bg-hover pointer-coarse:min-h-11"
          >
            Open the thread
          </Link>
        )}
        {run.errorCode === 'worker_lost' && mayManage(role) && (
          <Button onClick={() => void redrive()} data-testid="redrive">
            Try again
          </Button>
        )}
        {!isTerminal(run.status) && (
          <Button aria-label={`Kill the run of ${agent} for ${person}`} onClick={() => setKilling(true)}>
            Kill
          </Button>
        )}
      </div>
      {killing && (
        <ConfirmDialog
          title="Kill this run?"
          action="Kill"
          busyAction="Killing"
          onConfirm={kill}
          onClose={() => setKilling(false)}
        >
          {agent} stops what it does for {person}. What it has done stays done. It may take some seconds until all of it
          has stopped.
        </ConfirmDialog>
      )}
    </li>
  );
}

function useRunActions({ id: runId, workspaceId }: RunSummary) {
  const { api } = usePlatform();
  const queries = useQueryClient();
  const look = () => queries.invalidateQueries({ queryKey: runsKey(workspaceId) });

  async function kill(): Promise<void> {
    const ended = await api('POST /v1/runs/{runId}/kill', { path: { runId } });
    const leftWorking = leftWorkingText(ended);
    if (leftWorking) toast.failed(leftWorking);
    else toast.done(ended.status === 'cancelled' ? 'The run has stopped.' : 'The run had ended by itself.');
    await look();
  }

  async function redrive(): Promise<void> {
    try {
      await api('POST /v1/runs/{runId}/redrive', { path: { runId } });
      toast.done('The run is tried again, from where it got to.');
      await look();
    } catch (error) {
      toast.failed(messageOf(error));
    }
  }

  return { kill, redrive };
}
