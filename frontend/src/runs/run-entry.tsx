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
import { toast } from '../kit/toast.tsx';
import { useNow } from '../kit/use-now.ts';
import type { NamedRun } from './named-run.ts';
import { reasonText, runFacts, statusWords } from './run-words.ts';
import { runsKey } from './use-runs.ts';

interface RunEntryProps extends NamedRun {
  readonly onKill: () => void;
}

/** A run in the list: how it is, whose it is, what it has taken, and what can be done about it. */
export function RunEntry({ run, agent, person, onKill }: RunEntryProps) {
  const { role } = useThisWorkspace();
  const now = new Date(useNow(10_000));
  const { text, kind } = statusWords[run.status];
  const which = `the run of ${agent} for ${person}`;
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
      </div>
      <div className="flex items-center gap-2">
        {run.threadId && (
          <Link
            to="/t/$threadId"
            params={{ threadId: run.threadId }}
            aria-label={`Open the thread: ${which}`}
            className="inline-flex min-h-8 items-center rounded-md px-1.5 font-medium text-[13px] text-link hover:bg-hover pointer-coarse:min-h-11"
          >
            Open the thread
          </Link>
        )}
        {run.errorCode === 'worker_lost' && mayManage(role) && <TryAgain run={run} which={which} />}
        {!isTerminal(run.status) && (
          <Button aria-label={`Kill ${which}`} onClick={onKill}>
            Kill
          </Button>
        )}
      </div>
    </li>
  );
}

const againWords = { not: 'Try again', asked: 'Trying again', done: 'Tried again' } as const;

/** For a run that the platform has given up. What is tried is a new run; this one stays what it was. */
function TryAgain({ run: { id: runId, workspaceId }, which }: { readonly run: RunSummary; readonly which: string }) {
  const { api } = usePlatform();
  const queries = useQueryClient();
  const [again, setAgain] = useState<keyof typeof againWords>('not');

  async function redrive(): Promise<void> {
    if (again !== 'not') return;
    setAgain('asked');
    try {
      await api('POST /v1/runs/{runId}/redrive', { path: { runId } });
      setAgain('done');
      toast.done('The run is tried again, from where it got to.');
      await queries.invalidateQueries({ queryKey: runsKey(workspaceId) });
    } catch (error) {
      setAgain('not');
      toast.failed(messageOf(error));
    }
  }

  return (
    <Button
      aria-disabled={again !== 'not'}
      aria-label={`${againWords[again]}: ${which}`}
      onClick={() => void redrive()}
      data-testid="redrive"
    >
      {againWords[again]}
    </Button>
  );
}
