import type { ApprovalDecision, ApprovalKind } from '#core/protocol/approval.ts';
import type { ApprovalItem } from '#core/protocol/item.ts';
import type { Decider } from '#core/protocol/tool-policy.ts';
import type { Role } from '#core/protocol/workspace.ts';

/** Whether somebody may decide. The server has the last word; this is so that nobody is offered what it would refuse. */
export function mayDecide(decider: Decider, role: Role | undefined, isRequester: boolean): boolean {
  const isAdmin = role === 'owner' || role === 'admin';
  switch (decider) {
    case 'requester_or_admin':
      return isRequester || isAdmin;
    case 'admin':
      return isAdmin;
    case 'other_admin':
      return isAdmin && !isRequester;
  }
}

/** Who may decide, in words. */
export const deciderText: Record<Decider, string> = {
  requester_or_admin: 'You or an admin of the workspace can decide.',
  admin: 'Only an admin of the workspace can decide.',
  other_admin: 'An admin other than the one who asked has to decide.',
};

/** What was decided, and by whom: "you", or somebody's name. */
export function decisionText(decision: ApprovalDecision, who: string): string {
  switch (decision.decision) {
    case 'approve':
      return `Approved ${scopeText[decision.scope]}by ${who}`;
    case 'reject':
      return `Rejected by ${who}${decision.reason ? `: ${decision.reason}` : ''}`;
    case 'run_again':
      return `Run again, as ${who} decided`;
    case 'skip':
      return `Skipped with a result from ${who}`;
    case 'fail':
      return `Not repeated, as ${who} decided`;
    case 'raise':
      return `Budget raised to $${decision.limitUsd} by ${who}`;
    case 'continue_once':
      return `Let go on once by ${who}`;
    case 'stop':
      return `Stopped by ${who}`;
  }
}

const scopeText = { once: 'once ', run: 'for this run ', always: 'for good ' } as const;

/** Whether it is never asked again, until that is taken back. */
export const isForGood = (decision: ApprovalDecision): boolean =>
  decision.decision === 'approve' && decision.scope === 'always';

/** What became of a question that nobody decided. */
export function undecidedText({ kind, status }: Pick<ApprovalItem, 'kind' | 'status'>): string {
  if (status === 'cancelled') return 'No longer needed: the run has ended.';
  const consequence: Record<ApprovalKind, string> = {
    tool_call: 'so it was not carried out',
    interrupted_call: 'so it was not repeated',
    budget: 'so the run was stopped',
  };
  return `Nobody decided in time, ${consequence[kind]}.`;
}
