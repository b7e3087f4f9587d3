import type { ToolGrant } from '../protocol/run-routes.ts';
import type { ToolPolicy } from '../protocol/tool-policy.ts';

/**
 * Whether a tool was granted for good, under the policy that it has now. A policy that leaves it to admins is not met by what
 * the person granted themself, and one that asks for a second person is never met for good.
 */
export function isGranted(
  policy: ToolPolicy,
  { agentId, tool }: Pick<ToolGrant, 'agentId' | 'tool'>,
  grants: readonly ToolGrant[],
): boolean {
  if (policy.approval === 'never' || policy.decider === 'other_admin') return false;
  return grants.some(
    (grant) =>
      grant.agentId === agentId &&
      grant.tool === tool &&
      (policy.decider === 'requester_or_admin' || grant.decider === 'admin'),
  );
}
