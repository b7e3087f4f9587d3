import type { UserId, WorkspaceId } from '../protocol/ids.ts';
import type { ToolGrant } from '../protocol/run-routes.ts';
import type { DataAccess } from './identity.ts';

/** Tools that people have approved for good. Row level security decides what exists for a caller. Errors: `unavailable`. */
export interface ToolGrantStore {
  /** Those of one person in a workspace. */
  granted(access: DataAccess, of: { workspaceId: WorkspaceId; userId: UserId }): Promise<ToolGrant[]>;
  /** Again changes nothing. Needs the `forThread` access of the run for which it was decided. */
  grant(access: DataAccess, grant: ToolGrant): Promise<void>;
  /** Takes back a tool, whoever was to decide. False when there was nothing that the caller may take back. */
  revoke(access: DataAccess, grant: Pick<ToolGrant, 'workspaceId' | 'userId' | 'agentId' | 'tool'>): Promise<boolean>;
}
