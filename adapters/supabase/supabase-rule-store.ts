import * as z from 'zod';
import { isEqual } from '#core/domain/agent-diff.ts';
import { PlatformError } from '#core/errors.ts';
import type { RuleStore } from '#core/ports/guidance-store.ts';
import { RuleId } from '#core/protocol/ids.ts';
import type { RuleContent } from '#core/protocol/rule.ts';
import { dataOf, errorCode } from './errors.ts';
import { RuleRow } from './guidance-rows.ts';
import { bearer, createPostgrest, decodeCursor, type RestProject } from './postgrest.ts';
import { encodeCursor } from './rows.ts';

const columns = 'id, workspace_id, agent_id, kind, text, respond_with, priority, enabled, created_at, updated_at';
const RuleCursor = z.object({ priority: z.number().int(), id: RuleId });

const columnsOf = ({ respondWith, ...content }: RuleContent) => ({ ...content, respond_with: respondWith });

export function createSupabaseRuleStore(project: RestProject): RuleStore {
  const client = createPostgrest(project);

  return {
    async list(access, { workspaceId, agentId, cursor, limit }) {
      let query = client
        .from('rules')
        .select(columns)
        .eq('workspace_id', workspaceId)
        .order('priority')
        .order('id')
        .limit(limit + 1);
      const after = cursor === undefined ? undefined : decodeCursor(RuleCursor, cursor);
      const filters = [
        agentId === undefined ? [] : `or(agent_id.is.null,agent_id.eq.${agentId})`,
        after ? `or(priority.gt.${after.priority},and(priority.eq.${after.priority},id.gt.${after.id}))` : [],
      ].flat();
      if (filters.length > 0) query = query.or(`and(${filters.join(',')})`);
      const rows = z.array(RuleRow).parse(dataOf(await query.setHeader(...bearer(access))));
      const data = rows.slice(0, limit);
      const last = data.at(-1);
      const place = last && { priority: last.priority, id: last.id };
      return { data, nextCursor: rows.length > limit ? encodeCursor(place) : null };
    },

    async get(access, ruleId) {
      const answer = await client
        .from('rules')
        .select(columns)
        .eq('id', ruleId)
        .maybeSingle()
        .setHeader(...bearer(access));
      return RuleRow.nullable().parse(dataOf(answer));
    },

    async add(access, { id, workspaceId, agentId, clientRequestId, ...content }) {
      const answer = await client
        .from('rules')
        .insert({
          id,
          workspace_id: workspaceId,
          agent_id: agentId,
          client_request_id: clientRequestId ?? null,
          ...columnsOf(content),
        })
        .select(columns)
        .single()
        .setHeader(...bearer(access));
      if (errorCode(answer) !== '23505' || clientRequestId === undefined) return RuleRow.parse(dataOf(answer));
      const made = await client
        .from('rules')
        .select(columns)
        .eq('workspace_id', workspaceId)
        .eq('client_request_id', clientRequestId)
        .maybeSingle()
        .setHeader(...bearer(access));
      const there = RuleRow.nullable().parse(dataOf(made));
      if (!there) return RuleRow.parse(dataOf(answer));
      const { kind, text, respondWith, priority, enabled } = there;
      if (there.agentId === agentId && isEqual({ kind, text, respondWith, priority, enabled }, content)) return there;
      throw new PlatformError('idempotency_mismatch', 'This clientRequestId was used before, for another rule.');
    },

    async update(access, ruleId, content) {
      const answer = await client
        .from('rules')
        .update(columnsOf(content))
        .eq('id', ruleId)
        .select(columns)
        .maybeSingle()
        .setHeader(...bearer(access));
      return RuleRow.nullable().parse(dataOf(answer));
    },

    async remove(access, ruleId) {
      const answer = await client
        .from('rules')
        .delete()
        .eq('id', ruleId)
        .select('id')
        .setHeader(...bearer(access));
      return z.array(z.unknown()).parse(dataOf(answer)).length > 0;
    },
  };
}
