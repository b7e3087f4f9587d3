import * as z from 'zod';
import { usdOf } from '#core/domain/prices.ts';
import { notFound, PlatformError } from '#core/errors.ts';
import type { UsageLedger } from '#core/ports/usage-ledger.ts';
import { noUsage, type UsageTotals } from '#core/protocol/usage.ts';
import { dataOf, errorCode } from './errors.ts';
import { bearer, createPostgrest, decodeCursor, type RestProject } from './postgrest.ts';
import { encodeCursor } from './rows.ts';

const TotalsRow = z.object({
  calls: z.number(),
  unpriced_calls: z.number(),
  input_tokens: z.number(),
  cached_input_tokens: z.number(),
  output_tokens: z.number(),
  reasoning_tokens: z.number(),
  cost_micro_usd: z.number(),
  estimated_calls: z.number(),
});
const KeyedRow = TotalsRow.extend({ key: z.string() });
const Cursor = z.object({ cost: z.number().int(), key: z.string().max(300) });

const totalsOf = (row: z.infer<typeof TotalsRow>): UsageTotals => ({
  calls: row.calls,
  unpricedCalls: row.unpriced_calls,
  estimatedCalls: row.estimated_calls,
  inputTokens: row.input_tokens,
  cachedInputTokens: row.cached_input_tokens,
  outputTokens: row.output_tokens,
  reasoningTokens: row.reasoning_tokens,
  costUsd: usdOf(row.cost_micro_usd),
});

/** The ledger over a project's REST interface; see the migration `usage` for what its functions promise. */
export function createSupabaseUsageLedger(project: RestProject): UsageLedger {
  const client = createPostgrest(project);

  return {
    async record(access, { threadId, runId }, entries) {
      if (entries.length === 0) return;
      const request = client.rpc('record_usage', { p_thread_id: threadId, p_run_id: runId, p_entries: entries });
      const answer = await request.setHeader(...bearer(access));
      if (errorCode(answer) === 'P0002') throw notFound('thread', threadId);
      if (errorCode(answer) === '42501')
        throw new PlatformError('forbidden', 'This token may not record usage of the thread.');
      dataOf(answer);
    },

    async totals(access, { workspaceId, by, from, to, cursor, limit }) {
      const after = cursor === undefined ? undefined : decodeCursor(Cursor, cursor);
      const request = client.rpc('usage_totals', {
        p_workspace_id: workspaceId,
        p_by: by,
        p_from: from,
        p_to: to,
        p_limit: limit + 1,
        p_after_cost: after?.cost ?? null,
        p_after_key: after?.key ?? null,
      });
      const rows = z.array(KeyedRow).parse(dataOf(await request.setHeader(...bearer(access))));
      const data = rows.slice(0, limit);
      const last = data.at(-1);
      return {
        data: data.map((row) => ({ key: row.key, ...totalsOf(row) })),
        nextCursor: last && rows.length > limit ? encodeCursor({ cost: last.cost_micro_usd, key: last.key }) : null,
      };
    },

    async thread(access, threadId) {
      const request = client.rpc('thread_usage', { p_thread_id: threadId });
      const [row] = z.array(TotalsRow).parse(dataOf(await request.setHeader(...bearer(access))));
      return row ? totalsOf(row) : noUsage;
    },
  };
}
