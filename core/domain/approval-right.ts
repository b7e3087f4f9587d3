import type { ApprovalDecision, ApprovalKind } from '../protocol/approval.ts';
import { decisionsOf } from '../protocol/approval.ts';
import type { Decider } from '../protocol/tool-policy.ts';
import type { Role } from '../protocol/workspace.ts';
import type { Wait } from './run-wait.ts';

/** Who looks at an approval: the one whose run it is, or with which role another member of the workspace. */
export interface Onlooker {
  readonly isRequester: boolean;
  readonly role: Role;
}

const isAdmin = ({ role }: Onlooker): boolean => role === 'owner' || role === 'admin';

/** An approval is shown to the one whose run it is and to those who may have to decide: the workspace's owners and admins. */
export const maySee = (who: Onlooker): boolean => who.isRequester || isAdmin(who);

export function mayDecide(decider: Decider, who: Onlooker): boolean {
  switch (decider) {
    case 'requester_or_admin':
      return who.isRequester || isAdmin(who);
    case 'admin':
      return isAdmin(who);
    case 'other_admin':
      return isAdmin(who) && !who.isRequester;
  }
}

/** What stands against a decision, whoever makes it: null if nothing does. */
export function decisionFault(
  { kind, decider }: { kind: ApprovalKind } & Pick<Wait, 'decider'>,
  decision: ApprovalDecision,
): string | null {
  const known = decisionsOf[kind];
  if (!known.includes(decision.decision)) return `must be one of ${known.join(', ')}`;
  if (decision.decision === 'approve' && decision.scope === 'always' && decider === 'other_admin')
    return 'a second person has to look at each run: approve it once or for this run';
  return null;
}
