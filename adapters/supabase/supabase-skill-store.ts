import * as z from 'zod';
import type { SkillStore } from '#core/ports/guidance-store.ts';
import { SkillName } from '#core/protocol/skill.ts';
import { dataOf } from './errors.ts';
import { SkillEntryRow, SkillRow } from './guidance-rows.ts';
import { bearer, createPostgrest, decodeCursor, type RestProject } from './postgrest.ts';
import { encodeCursor } from './rows.ts';

const entryColumns = 'id, workspace_id, name, description, is_system, created_at, updated_at';
const columns = `${entryColumns}, content`;
const SkillCursor = z.object({ name: SkillName });

export function createSupabaseSkillStore(project: RestProject): SkillStore {
  const client = createPostgrest(project);

  return {
    async list(access, { workspaceId, agentId, cursor, limit }) {
      // An inner join narrows to the skills that the agent has.
      const selected = agentId === undefined ? entryColumns : `${entryColumns}, agent_skills!inner(agent_id)`;
      let query = client
        .from('skills')
        .select(selected)
        .eq('workspace_id', workspaceId)
        .order('name')
        .limit(limit + 1);
      if (agentId !== undefined) query = query.eq('agent_skills.agent_id', agentId);
      if (cursor !== undefined) query = query.gt('name', decodeCursor(SkillCursor, cursor).name);
      const rows = z.array(SkillEntryRow).parse(dataOf(await query.setHeader(...bearer(access))));
      const data = rows.slice(0, limit);
      return { data, nextCursor: rows.length > limit ? encodeCursor({ name: data.at(-1)?.name }) : null };
    },

    async get(access, skillId) {
      const answer = await client
        .from('skills')
        .select(columns)
        .eq('id', skillId)
        .maybeSingle()
        .setHeader(...bearer(access));
      return SkillRow.nullable().parse(dataOf(answer));
    },

    async ofAgent(access, agentId, name) {
      const answer = await client
        .from('skills')
        .select(`${columns}, agent_skills!inner(agent_id)`)
        .eq('agent_skills.agent_id', agentId)
        .eq('name', name)
        .maybeSingle()
        .setHeader(...bearer(access));
      return SkillRow.nullable().parse(dataOf(answer));
    },

    async add(access, { workspaceId, ...skill }) {
      const answer = await client
        .from('skills')
        .insert({ workspace_id: workspaceId, ...skill })
        .select(columns)
        .single()
        .setHeader(...bearer(access));
      return SkillRow.parse(dataOf(answer));
    },

    async update(access, skillId, content) {
      const answer = await client
        .from('skills')
        .update(content)
        .eq('id', skillId)
        .select(columns)
        .maybeSingle()
        .setHeader(...bearer(access));
      return SkillRow.nullable().parse(dataOf(answer));
    },

    async remove(access, skillId) {
      const answer = await client
        .from('skills')
        .delete()
        .eq('id', skillId)
        .select('id')
        .setHeader(...bearer(access));
      return z.array(z.unknown()).parse(dataOf(answer)).length > 0;
    },

    async assign(access, agentId, skillIds) {
      const answer = await client
        .rpc('assign_skills', { p_agent_id: agentId, p_skill_ids: skillIds })
        .setHeader(...bearer(access));
      dataOf(answer);
    },
  };
}
