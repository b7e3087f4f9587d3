import * as z from 'zod';
import type { ToolGrantStore } from '#core/ports/tool-grant-store.ts';
import { dataOf, errorCode } from './errors.ts';
import { bearer, createPostgrest, type RestProject } from './postgrest.ts';
import { ToolGrantRow } from './tool-grant-rows.ts';

/** Tool grants over a project's REST interface. Row level security says who may see, give and take back. */
export function createSupabaseToolGrantStore(project: RestProject): ToolGrantStore {
  const client = createPostgrest(project);

  return {
    async granted(access, { workspaceId, userId, agentId }) {
      const answer = await client
        .from('tool_grants')
        .select('workspace_id, user_id, agent_id, tool, decider, granted_by')
        .match({ workspace_id: workspaceId, ...(userId && { user_id: userId }), ...(agentId && { agent_id: agentId }) })
        .order('created_at')
        .setHeader(...bearer(access));
      return z.array(ToolGrantRow).parse(dataOf(answer));
    },

    async grant(access, { workspaceId, userId, agentId, tool, decider, grantedBy }) {
      const answer = await client
        .from('tool_grants')
        .insert({ workspace_id: workspaceId, user_id: userId, agent_id: agentId, tool, decider, granted_by: grantedBy })
        .setHeader(...bearer(access));
      if (errorCode(answer) !== '23505') dataOf(answer);
    },

    async revoke(access, { workspaceId, userId, agentId, tool }) {
      const answer = await client
        .from('tool_grants')
        .delete()
        .match({ workspace_id: workspaceId, user_id: userId, agent_id: agentId, tool })
        .select('tool')
        .setHeader(...bearer(access));
      return z.array(z.object({ tool: z.string() })).parse(dataOf(answer)).length > 0;
    },
  };
}
