import * as z from 'zod';
import { AgentId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { ToolGrant } from '#core/protocol/run-routes.ts';

export const ToolGrantRow = z
  .object({
    workspace_id: WorkspaceId,
    user_id: UserId,
    agent_id: AgentId,
    tool: z.string(),
    decider: z.enum(['requester_or_admin', 'admin']),
    granted_by: UserId.nullable(),
  })
  .transform(
    (row): ToolGrant => ({
      workspaceId: row.workspace_id,
      userId: row.user_id,
      agentId: row.agent_id,
      tool: row.tool,
      decider: row.decider,
      // Whoever granted it and is gone: then it stands as the person's own.
      grantedBy: row.granted_by ?? row.user_id,
    }),
  );
