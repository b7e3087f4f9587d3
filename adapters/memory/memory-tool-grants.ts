import { PlatformError } from '#core/errors.ts';
import type { ToolGrantStore } from '#core/ports/tool-grant-store.ts';
import type { UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { ToolGrant } from '#core/protocol/run-routes.ts';
import type { Role } from '#core/protocol/workspace.ts';
import { readMemoryAccess } from './memory-access.ts';

/** Tool grants with the rules of their row level security. `roleOf` says what somebody is in a workspace. */
export function createMemoryToolGrantStore(
  roleOf: (workspaceId: WorkspaceId, userId: UserId) => Role | undefined,
): ToolGrantStore {
  let grants: ToolGrant[] = [];
  const isSame = (one: Omit<ToolGrant, 'decider' | 'grantedBy'>, other: ToolGrant) =>
    one.workspaceId === other.workspaceId &&
    one.userId === other.userId &&
    one.agentId === other.agentId &&
    one.tool === other.tool;
  const sees = (callerId: UserId, { workspaceId, userId }: Pick<ToolGrant, 'workspaceId' | 'userId'>) => {
    const role = roleOf(workspaceId, callerId);
    return role !== undefined && (role !== 'member' || callerId === userId);
  };

  return {
    async granted(access, of) {
      const { userId } = readMemoryAccess(access);
      return grants.filter(
        (grant) =>
          grant.workspaceId === of.workspaceId &&
          grant.userId === (of.userId ?? grant.userId) &&
          grant.agentId === (of.agentId ?? grant.agentId) &&
          sees(userId, grant),
      );
    },
    async grant(access, grant) {
      const { userId, threadId } = readMemoryAccess(access);
      const isMember = roleOf(grant.workspaceId, userId) !== undefined;
      if (!threadId || userId !== grant.userId || !isMember)
        throw new PlatformError('forbidden', 'You may not do this.');
      const isKnown = grants.some((other) => isSame(grant, other) && other.decider === grant.decider);
      if (!isKnown) grants.push(grant);
    },
    async revoke(access, grant) {
      const { userId, threadId } = readMemoryAccess(access);
      const kept = grants.filter((other) => threadId !== undefined || !isSame(grant, other) || !sees(userId, other));
      const isRevoked = kept.length < grants.length;
      grants = kept;
      return isRevoked;
    },
  };
}
