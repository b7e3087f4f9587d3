import { pageAfter } from '../domain/paging.ts';
import type { Principal } from '../domain/principal.ts';
import { notFound } from '../errors.ts';
import type { PageOf, PageRequest } from '../ports/directory.ts';
import type { ToolGrantStore } from '../ports/tool-grant-store.ts';
import type { UserId } from '../protocol/ids.ts';
import type { ToolGrant } from '../protocol/run-routes.ts';
import { membership } from './budgets.ts';
import type { Deps } from './deps.ts';

interface GrantRequest extends PageRequest {
  readonly userId?: UserId | undefined;
}

type GrantDeps = Pick<Deps, 'store' | 'minter'> & { readonly toolGrants: ToolGrantStore };

/** The tools that somebody has approved for good: the caller, or for owners and admins somebody else. Errors: `not_found`, `invalid_request` for a cursor that is none. */
export async function listToolGrants(
  deps: GrantDeps,
  caller: Principal,
  { workspaceId, userId = caller.userId, ...request }: GrantRequest,
): Promise<PageOf<ToolGrant>> {
  const { access } = await membership(deps, caller, workspaceId);
  const all = await deps.toolGrants.granted(access, { workspaceId, userId });
  return pageAfter(all, ({ agentId, tool }) => `${agentId}:${tool}`, request);
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
