import type { Principal } from '../domain/principal.ts';
import { notFound } from '../errors.ts';
import type { ToolGrantStore } from '../ports/tool-grant-store.ts';
import type { UserId, WorkspaceId } from '../protocol/ids.ts';
import type { ToolGrant } from '../protocol/run-routes.ts';
import { membership } from './budgets.ts';
import type { Deps } from './deps.ts';

type GrantDeps = Pick<Deps, 'store' | 'minter'> & { readonly toolGrants: ToolGrantStore };

/** The tools that somebody has approved for good: the caller, or for owners and admins somebody else. Errors: `not_found`. */
export async function listToolGrants(
  deps: GrantDeps,
  caller: Principal,
  { workspaceId, userId = caller.userId }: { workspaceId: WorkspaceId; userId?: UserId | undefined },
): Promise<{ data: ToolGrant[] }> {
  const { access } = await membership(deps, caller, workspaceId);
  return { data: await deps.toolGrants.granted(access, { workspaceId, userId }) };
}

/** From the next run on it is asked for again. Errors: `not_found`, also for somebody else's that the caller may not take back. */
export async function revokeToolGrant(
  deps: GrantDeps,
  caller: Principal,
  {
    userId = caller.userId,
    ...grant
  }: Pick<ToolGrant, 'workspaceId' | 'agentId' | 'tool'> & { userId?: UserId | undefined },
): Promise<undefined> {
  const { access } = await membership(deps, caller, grant.workspaceId);
  if (!(await deps.toolGrants.revoke(access, { ...grant, userId }))) throw notFound('grant of', grant.tool);
}
