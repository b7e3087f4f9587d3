import { useNavigate, useSearch } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import { Header } from '../app/header.tsx';
import { usePageTitle } from '../app/use-page-title.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { useAgentNames } from '../chat/use-agent-names.ts';
import { FilterSelect } from '../kit/list-filters.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, PageBody } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
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
  const nameOf = useAgentNames();
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
                    <RunEntry key={run.id} run={run} agentName={nameOf(run.agentId)} />
                  ))}
                </ul>
                <LoadMore query={runs} />
              </>
            )
          }
        </QueryView>
      </PageBody>
    </>
  );
}
