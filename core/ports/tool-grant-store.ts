import type { AgentId, UserId, WorkspaceId } from '../protocol/ids.ts';
import type { ToolGrant } from '../protocol/run-routes.ts';
import type { DataAccess } from './identity.ts';

/** Without a person everybody's whose the caller may see, without an agent all agents'. */
export interface GrantsOf {
  readonly workspaceId: WorkspaceId;
  readonly userId?: UserId | undefined;
  readonly agentId?: AgentId | undefined;
}

/** Tools that people have approved for good. Row level security decides what exists for a caller. Errors: `unavailable`. */
export interface ToolGrantStore {
  /** Those in a workspace, of one person or of one agent, the first given first. */
  granted(access: DataAccess, of: GrantsOf): Promise<ToolGrant[]>;
  /** Again changes nothing. Needs the `forThread` access of the run for which it was decided. */
  grant(access: DataAccess, grant: ToolGrant): Promise<void>;
  /** Takes back a tool, whoever was to decide. False when there was nothing that the caller may take back. */
  revoke(access: DataAccess, grant: Pick<ToolGrant, 'workspaceId' | 'userId' | 'agentId' | 'tool'>): Promise<boolean>;
}
