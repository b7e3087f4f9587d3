import { useNavigate, useSearch } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import { useState } from 'react';
import type { RunSummary } from '#core/protocol/run-routes.ts';
import { Header } from '../app/header.tsx';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { useAgentNames } from '../chat/use-agent-names.ts';
import { FilterSelect } from '../kit/list-filters.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, PageBody } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { useMemberNames } from '../settings/use-members.ts';
import { KillDialog } from './kill-dialog.tsx';
import type { NamedRun } from './named-run.ts';
import { RunEntry } from './run-entry.tsx';
import { statusWords } from './run-words.ts';
import type { ShownRuns } from './shown-runs.ts';
import { useRuns } from './use-runs.ts';

const options: readonly { value: ShownRuns; name: string }[] = [
  { value: 'ended', name: 'Ended' },
  { value: 'completed', name: statusWords.completed.text },
  { value: 'failed', name: statusWords.failed.text },
  { value: 'timed_out', name: statusWords.timed_out.text },
  { value: 'cancelled', name: statusWords.cancelled.text },
];

/** The runs of a workspace: what works and waits now, and what came of those that have ended. */
export function RunsPage() {
  const { id: workspaceId, name, role } = useThisWorkspace();
  const { status } = useSearch({ from: '/w/$workspaceId/runs' });
  const navigate = useNavigate({ from: '/w/$workspaceId/runs' });
  const runs = useRuns(workspaceId, status);
  const named = useNamedRuns(runs.data);
  const [toKill, setToKill] = useState<RunSummary | null>(null);
  usePageTitle(`Runs of ${name}`);
  return (
    <>
      <Header title="Runs" />
      <PageBody width="list">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="text-muted text-sm">
            {mayManage(role) ? 'Everybody’s runs, without what was said in them.' : 'Your own runs.'}
          </p>
          <FilterSelect
            label="Which runs"
            all="Working or waiting"
            value={status}
            options={options}
            onChange={(next) => void navigate({ search: { status: next }, replace: true })}
          />
        </div>
        <QueryView query={runs} what="The runs">
          {(list) =>
            list.length === 0 ? (
              <EmptyState
                icon={<Activity size={28} />}
                title={status ? 'There are no such runs' : 'Nothing is at work'}
              >
                {status
                  ? 'Runs are listed here when they have ended like this.'
                  : 'Whenever an agent works, or waits for somebody, its run is listed here.'}
              </EmptyState>
            ) : (
              <>
                <ul className="divide-y divide-line rounded-2xl border border-line bg-raised px-4 sm:px-5">
                  {list.map((run) => (
                    <RunEntry key={run.id} {...named(run)} onKill={() => setToKill(run)} />
                  ))}
                </ul>
                <LoadMore query={runs} />
              </>
            )
          }
        </QueryView>
      </PageBody>
      {toKill && <KillDialog {...named(toKill)} onClose={() => setToKill(null)} />}
    </>
  );
}

function useNamedRuns(runs: readonly RunSummary[] = []): (run: RunSummary) => NamedRun {
  const { id: workspaceId } = useThisWorkspace();
  const { userId: me } = usePlatform();
  const agentName = useAgentNames();
  const memberName = useMemberNames(
    workspaceId,
    runs.some(({ userId }) => userId !== me),
  );
  return (run) => ({
    run,
    agent: agentName(run.agentId) || 'An agent',
    person: run.userId === me ? 'you' : memberName(run.userId),
  });
}
