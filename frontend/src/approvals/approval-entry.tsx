import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { PendingApproval } from '#core/protocol/run-routes.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { until } from '../format/time.ts';
import { toast } from '../kit/toast.tsx';
import { useNow } from '../kit/use-now.ts';
import { useMemberNames } from '../settings/use-members.ts';
import { ArgumentList } from './argument-list.tsx';
import { deciderText, isForGood } from './deciding.ts';
import { DecisionForm } from './decision-form.tsx';
import { approvalsKey } from './use-pending-approvals.ts';

interface ApprovalEntryProps {
  readonly approval: PendingApproval;
  readonly agentName: string;
  readonly threadLink: ReactNode;
}

/** A question in the list of all that wait, with all that is needed to decide it. */
export function ApprovalEntry({ approval, agentName, threadLink }: ApprovalEntryProps) {
  const { userId } = usePlatform();
  const { id: workspaceId } = useThisWorkspace();
  const own = approval.userId === userId;
  const memberName = useMemberNames(workspaceId, !own);
  const queries = useQueryClient();
  const left = until(approval.expiresAt, useNow(1_000));
  const { call, kind, decider, mayDecide, message, runId } = approval;
  const requester = own ? 'you' : memberName(approval.userId);
  return (
    <li
      className="flex flex-col gap-3 rounded-2xl border border-line bg-raised px-4 py-4 sm:px-5"
      data-testid="approval-entry"
    >
      <div>
        <h2 className="font-semibold text-[15px] [overflow-wrap:anywhere]">{message}</h2>
        <p className="mt-1 text-[13px] text-muted">
          {agentName || 'An agent'}, for {requester}. {deciderText[decider]}{' '}
          {left ? `Expires ${left}.` : 'The time for it is over.'}
        </p>
      </div>
      {call && <ArgumentList text={call.arguments} />}
      {left !== null && mayDecide && (
        <DecisionForm
          item={{ runId, approvalId: approval.id, kind, decider, call }}
          agentName={agentName}
          requester={requester}
          onClosed={(decision) => {
            // The entry goes, and with it the place to say so.
            if (decision && isForGood(decision))
              toast.done(`Approved for good. It can be taken back on ${agentName || 'the agent'}’s page, under Tools.`);
            void queries.invalidateQueries({ queryKey: approvalsKey(workspaceId) });
          }}
        />
      )}
      {!mayDecide && <p className="text-[13px] text-muted">You cannot decide this yourself.</p>}
      {threadLink && <div className="-ml-1.5">{threadLink}</div>}
    </li>
  );
}
