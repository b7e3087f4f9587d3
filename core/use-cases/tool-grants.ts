import { pageAfter } from '../domain/paging.ts';
import type { Principal } from '../domain/principal.ts';
import { notFound } from '../errors.ts';
import type { PageOf, PageRequest } from '../ports/directory.ts';
import type { ToolGrantStore } from '../ports/tool-grant-store.ts';
import type { AgentId, UserId } from '../protocol/ids.ts';
import type { ToolGrant } from '../protocol/run-routes.ts';
import { membership } from './budgets.ts';
import type { Deps } from './deps.ts';

interface GrantRequest extends PageRequest {
  readonly userId?: UserId | undefined;
  readonly agentId?: AgentId | undefined;
}

type GrantDeps = Pick<Deps, 'store' | 'minter'> & { readonly toolGrants: ToolGrantStore };

/**
 * The tools that were approved for good: for the caller, for owners and admins also for somebody else; those of one agent, for
 * everybody whose the caller may see. Errors: `not_found`, `invalid_request` for a cursor that is none.
 */
export async function listToolGrants(
  deps: GrantDeps,
  caller: Principal,
  { workspaceId, agentId, userId, ...request }: GrantRequest,
): Promise<PageOf<ToolGrant>> {
  const { access } = await membership(deps, caller, workspaceId);
  const whose = userId ?? (agentId ? undefined : caller.userId);
  const all = await deps.toolGrants.granted(access, { workspaceId, userId: whose, agentId });
  return pageAfter(all, (grant) => `${grant.userId}:${grant.agentId}:${grant.decider}:${grant.tool}`, request);
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
