import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { Header } from '../app/header.tsx';
import { usePageTitle } from '../app/use-page-title.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { useAgentNames } from '../chat/use-agent-names.ts';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, PageBody } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { ApprovalEntry } from './approval-entry.tsx';
import { usePendingApprovals } from './use-pending-approvals.ts';

/** Everything in the workspace that waits for a decision. */
export function ApprovalsPage() {
  const { id: workspaceId, name } = useThisWorkspace();
  const approvals = usePendingApprovals(workspaceId);
  const nameOf = useAgentNames();
  usePageTitle(`Approvals of ${name}`);
  return (
    <>
      <Header title="Approvals" />
      <PageBody>
        <QueryView query={approvals} what="Approvals">
          {(list) =>
            list.length === 0 ? (
              <EmptyState icon={<CircleCheck size={28} />} title="Nothing waits for you">
                When an agent needs somebody's word before it goes on, it is listed here.
              </EmptyState>
            ) : (
              <>
                <ul className="flex flex-col gap-4" data-testid="approvals">
                  {list.map((approval) => (
                    <ApprovalEntry
                      key={approval.id}
                      approval={approval}
                      agentName={nameOf(approval.agentId)}
                      threadLink={
                        approval.threadId && (
                          <Link
                            to="/t/$threadId"
                            params={{ threadId: approval.threadId }}
                            className="inline-flex min-h-8 items-center rounded-md px-1.5 font-medium text-[13px] text-link hover:bg-hover pointer-coarse:min-h-11"
                          >
                            Open the thread
                          </Link>
                        )
                      }
                    />
                  ))}
                </ul>
                <LoadMore query={approvals} />
              </>
            )
          }
        </QueryView>
      </PageBody>
    </>
  );
}
