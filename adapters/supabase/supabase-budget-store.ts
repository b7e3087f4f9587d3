import * as z from 'zod';
import { PlatformError } from '#core/errors.ts';
import type { BudgetStore, StoredBudget } from '#core/ports/budget-store.ts';
import { BudgetPeriod, type BudgetScope, type ModelPrice } from '#core/protocol/budget.ts';
import { AgentId, BudgetId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import { dataOf } from './errors.ts';
import { bearer, createPostgrest, decodeCursor, type RestProject } from './postgrest.ts';
import { encodeCursor } from './rows.ts';

const Time = z.string().transform((text) => new Date(text).toISOString());

const BudgetRow = z
  .object({
    id: BudgetId,
    workspace_id: WorkspaceId,
    scope: z.enum(['workspace', 'user', 'agent']),
    user_id: UserId.nullable(),
    agent_id: AgentId.nullable(),
    period: BudgetPeriod,
    limit_micro_usd: z.number(),
    created_at: Time,
    updated_at: Time,
  })
  .transform(
    (row): StoredBudget => ({
      id: row.id,
      workspaceId: row.workspace_id,
      scope: scopeOf(row),
      period: row.period,
      limitMicroUsd: row.limit_micro_usd,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }),
  );

/** PostgREST writes a numeric as a number; other servers of the same interface as text. */
const Numeric = z.coerce.number();

const PriceRow = z
  .object({
    model: z.string(),
    valid_from: z.string(),
    input_usd: Numeric,
    cached_input_usd: Numeric,
    output_usd: Numeric,
  })
  .transform(
    (row): ModelPrice => ({
      model: row.model,
      validFrom: row.valid_from,
      input: row.input_usd,
      cachedInput: row.cached_input_usd,
      output: row.output_usd,
    }),
  );
const Rules = z.object({ isMember: z.boolean(), budgets: z.array(BudgetRow), prices: z.array(PriceRow) });
const PriceCursor = z.object({ offset: z.number().int().nonnegative() });

/** Budgets and prices over a project's REST interface. */
export function createSupabaseBudgetStore(project: RestProject): BudgetStore {
  const client = createPostgrest(project);

  return {
    async rules(access, { workspaceId, agentId }) {
      const request = client.rpc('spend_rules', { p_workspace_id: workspaceId, p_agent_id: agentId });
      return Rules.parse(dataOf(await request.setHeader(...bearer(access))));
    },

    async spent(access, budgetId, since) {
      const request = client.rpc('budget_spent', { p_budget_id: budgetId, p_since: since });
      return (
        z
          .number()
          .nullable()
          .parse(dataOf(await request.setHeader(...bearer(access)))) ?? 0
      );
    },

    async budgets(access, { workspaceId, cursor, limit }) {
      let query = client
        .from('budgets')
        .select()
        .eq('workspace_id', workspaceId)
        .order('id')
        .limit(limit + 1);
      if (cursor) query = query.gt('id', decodeCursor(z.object({ id: BudgetId }), cursor).id);
      const rows = z.array(BudgetRow).parse(dataOf(await query.setHeader(...bearer(access))));
      const data = rows.slice(0, limit);
      const last = data.at(-1);
      return { data, nextCursor: last && rows.length > limit ? encodeCursor({ id: last.id }) : null };
    },

    async budget(access, budgetId) {
      const query = client.from('budgets').select().eq('id', budgetId).maybeSingle();
      return BudgetRow.nullable().parse(dataOf(await query.setHeader(...bearer(access))));
    },

    async putBudget(access, { workspaceId, scope, period, limitMicroUsd }) {
      const request = client.rpc('put_budget', {
        p_workspace_id: workspaceId,
        p_scope: scope.kind,
        p_user_id: scope.kind === 'user' ? scope.userId : null,
        p_agent_id: scope.kind === 'agent' ? scope.agentId : null,
        p_period: period,
        p_limit_micro_usd: limitMicroUsd,
      });
      const answer = await request.setHeader(...bearer(access));
      if (answer.error?.code === '23503')
        throw new PlatformError('invalid_request', `There is no such ${scope.kind} in this workspace.`, {
          details: [{ path: `scope.${scope.kind}Id`, message: 'is not of this workspace' }],
        });
      return BudgetRow.parse(allowed(answer));
    },

    async removeBudget(access, workspaceId, budgetId) {
      const query = client.from('budgets').delete().match({ id: budgetId, workspace_id: workspaceId }).select('id');
      return z.array(z.unknown()).parse(dataOf(await query.setHeader(...bearer(access)))).length > 0;
    },

    async prices(access, { workspaceId, cursor, limit }) {
      // A workspace has a handful of these; a page may be counted.
      const { offset } = cursor ? decodeCursor(PriceCursor, cursor) : { offset: 0 };
      const query = client
        .from('model_prices')
        .select()
        .eq('workspace_id', workspaceId)
        .order('model')
        .order('valid_from', { ascending: false })
        .range(offset, offset + limit);
      const rows = z.array(PriceRow).parse(dataOf(await query.setHeader(...bearer(access))));
      const nextCursor = rows.length > limit ? encodeCursor({ offset: offset + limit }) : null;
      return { data: rows.slice(0, limit), nextCursor };
    },

    async putPrice(access, workspaceId, price) {
      const request = client.rpc('put_model_price', {
        p_workspace_id: workspaceId,
        p_model: price.model,
        p_valid_from: price.validFrom,
        p_input_usd: price.input,
        p_cached_input_usd: price.cachedInput,
        p_output_usd: price.output,
      });
      return PriceRow.parse(allowed(await request.setHeader(...bearer(access))));
    },

    async removePrice(access, workspaceId, { model, validFrom }) {
      const key = { workspace_id: workspaceId, model, valid_from: validFrom };
      const query = client.from('model_prices').delete().match(key).select('model');
      return z.array(z.unknown()).parse(dataOf(await query.setHeader(...bearer(access)))).length > 0;
    },
  };
}

function scopeOf(row: { scope: BudgetScope['kind']; user_id: UserId | null; agent_id: AgentId | null }): BudgetScope {
  switch (row.scope) {
    case 'workspace':
      return { kind: 'workspace' };
    case 'user':
      return { kind: 'user', userId: UserId.parse(row.user_id) };
    case 'agent':
      return { kind: 'agent', agentId: AgentId.parse(row.agent_id) };
  }
}

/** The data of a change. What row level security refuses is `forbidden` here: it was asked for by name. */
function allowed<Data>(answer: Parameters<typeof dataOf<Data>>[0]): Data {
  if (answer.error?.code === '42501' && answer.status === 403)
    throw new PlatformError('forbidden', 'Only owners and admins of the workspace may change this.');
  return dataOf(answer);
}
