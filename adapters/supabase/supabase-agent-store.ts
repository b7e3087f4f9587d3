import * as z from 'zod';
import { isEqual } from '#core/domain/agent-diff.ts';
import { PlatformError } from '#core/errors.ts';
import type { AgentStore } from '#core/ports/agent-store.ts';
import type { DataAccess } from '#core/ports/identity.ts';
import { AgentContent } from '#core/protocol/agent-content.ts';
import { AgentId, type WorkspaceId } from '#core/protocol/ids.ts';
import { AgentRow, AgentVersionRow, agentColumns, agentColumnsOf } from './agent-rows.ts';
import { dataOf, errorCode } from './errors.ts';
import { AgentContextAnswer, MemoriesOfAgents } from './guidance-rows.ts';
import { type OwnProjects, within } from './own-projects.ts';
import { bearer, createPostgrest, decodeCursor, type RestProject } from './postgrest.ts';
import { encodeCursor } from './rows.ts';

const versionColumns = 'agent_id, version, content, changed, restored_from, changed_by, created_at';
const AgentCursor = z.object({ createdAt: z.string(), id: AgentId });
const VersionCursor = z.object({ version: z.number().int() });

/** Agents and their versions over a project's REST interface. */
export function createSupabaseAgentStore(project: RestProject, projects: OwnProjects): AgentStore {
  const client = createPostgrest(project);

  /** What agents remember in the workspace's own project. */
  async function memoriesElsewhere(access: DataAccess, workspaceId: WorkspaceId, agentIds: readonly AgentId[]) {
    const there = await projects.open(access, workspaceId);
    return within(async () => {
      const answer = await createPostgrest(there.rest)
        .rpc('memories_of_agents', { p_agent_ids: agentIds })
        .setHeader(...bearer(there.access));
      return MemoriesOfAgents.parse(dataOf(answer));
    });
  }

  return {
    async list(access, { workspaceId, search, department, hiredOnly, status, cursor, limit }) {
      const after = cursor === undefined ? undefined : decodeCursor(AgentCursor, cursor);
      const answer = await client
        .rpc('list_agents', {
          p_workspace_id: workspaceId,
          p_limit: limit + 1,
          p_search: search ?? null,
          p_department: department ?? null,
          p_hired_only: hiredOnly,
          p_status: status,
          p_after_time: after?.createdAt ?? null,
          p_after_id: after?.id ?? null,
        })
        .setHeader(...bearer(access));
      // The cursor keeps Postgres's own text of the time: the protocol's has fewer digits.
      const rows = z.array(z.looseObject({ id: z.string(), created_at: z.string() })).parse(dataOf(answer));
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        data: z.array(AgentRow).parse(shown),
        nextCursor: last && rows.length > limit ? encodeCursor({ createdAt: last.created_at, id: last.id }) : null,
      };
    },

    async get(access, agentId) {
      const answer = await client
        .from('agents')
        .select(agentColumns)
        .eq('id', agentId)
        .maybeSingle()
        .setHeader(...bearer(access));
      return AgentRow.nullable().parse(dataOf(answer));
    },

    async existing(access, workspaceId, agentIds) {
      if (agentIds.length === 0) return new Set();
      const answer = await client
        .from('agents')
        .select('id')
        .eq('workspace_id', workspaceId)
        .in('id', [...agentIds])
        .setHeader(...bearer(access));
      return new Set(
        z
          .array(z.object({ id: AgentId }))
          .parse(dataOf(answer))
          .map(({ id }) => id),
      );
    },

    async add(access, { id, workspaceId, clientRequestId, ...given }) {
      const content = AgentContent.parse(given);
      const answer = await client
        .from('agents')
        .insert({
          id,
          workspace_id: workspaceId,
          client_request_id: clientRequestId ?? null,
          ...agentColumnsOf(content),
        })
        .select(agentColumns)
        .single()
        .setHeader(...bearer(access));
      if (errorCode(answer) !== '23505' || clientRequestId === undefined) return AgentRow.parse(dataOf(answer));
      const made = await client
        .from('agents')
        .select(agentColumns)
        .eq('workspace_id', workspaceId)
        .eq('client_request_id', clientRequestId)
        .maybeSingle()
        .setHeader(...bearer(access));
      const there = AgentRow.nullable().parse(dataOf(made));
      if (!there) return AgentRow.parse(dataOf(answer));
      const first = await this.version(access, there.id, 1);
      if (first && isEqual(first.content, content)) return there;
      throw new PlatformError('idempotency_mismatch', 'This clientRequestId was used before, for another agent.');
    },

    async update(access, agentId, version, change, restoredFrom) {
      const answer = await client
        .from('agents')
        .update({ ...agentColumnsOf(change), restored_from: restoredFrom ?? null })
        .eq('id', agentId)
        .eq('version', version)
        .select(agentColumns)
        .maybeSingle()
        .setHeader(...bearer(access));
      return AgentRow.nullable().parse(dataOf(answer));
    },

    async setStatus(access, agentId, status) {
      const answer = await client
        .from('agents')
        .update({ dismissed_at: status === 'active' ? null : 'now' })
        .eq('id', agentId)
        .select(agentColumns)
        .maybeSingle()
        .setHeader(...bearer(access));
      return AgentRow.nullable().parse(dataOf(answer));
    },

    async versions(access, agentId, { cursor, limit }) {
      let query = client
        .from('agent_versions')
        .select(versionColumns)
        .eq('agent_id', agentId)
        .order('version', { ascending: false })
        .limit(limit + 1);
      if (cursor !== undefined) query = query.lt('version', decodeCursor(VersionCursor, cursor).version);
      const rows = z.array(AgentVersionRow).parse(dataOf(await query.setHeader(...bearer(access))));
      const data = rows.slice(0, limit);
      const last = data.at(-1);
      return { data, nextCursor: last && rows.length > limit ? encodeCursor({ version: last.version }) : null };
    },

    async version(access, agentId, version) {
      const answer = await client
        .from('agent_versions')
        .select(versionColumns)
        .eq('agent_id', agentId)
        .eq('version', version)
        .maybeSingle()
        .setHeader(...bearer(access));
      return AgentVersionRow.nullable().parse(dataOf(answer));
    },

    async context(access, agentId) {
      const answer = await client.rpc('run_context', { p_agent_id: agentId }).setHeader(...bearer(access));
      const found = AgentContextAnswer.nullable().parse(dataOf(answer));
      const [first] = found?.agents ?? [];
      if (!found || !first) return null;
      const { elsewhere, ...context } = found;
      if (elsewhere.length === 0) return context;
      const memories = await memoriesElsewhere(access, first.agent.workspaceId, elsewhere);
      return { ...context, agents: context.agents.map((each) => ({ ...each, ...memories[each.agent.id] })) };
    },
  };
}
