import * as z from 'zod';
import { AgentId, BudgetId, Timestamp, UserId, WorkspaceId } from './ids.ts';

/** US dollars with at most six decimals. */
export const Usd = z
  .number()
  .min(0)
  .max(1_000_000)
  .transform((usd) => Math.round(usd * 1e6) / 1e6);

/** Whose spending a budget limits: everybody's in the workspace together, one member's, or one agent's, whoever runs it. */
export const BudgetScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('workspace') }),
  z.strictObject({ kind: z.literal('user'), userId: UserId }),
  z.strictObject({ kind: z.literal('agent'), agentId: AgentId }),
]);
export type BudgetScope = z.infer<typeof BudgetScope>;

/** Days and months begin at midnight UTC; `total` never begins anew. */
export const BudgetPeriod = z.enum(['day', 'month', 'total']);
export type BudgetPeriod = z.infer<typeof BudgetPeriod>;

/** A limit, as it was set. There is one for each scope and period. */
export const BudgetInput = z.strictObject({ scope: BudgetScope, period: BudgetPeriod, limitUsd: Usd });
export type BudgetInput = z.infer<typeof BudgetInput>;

export const Budget = z.object({
  id: BudgetId,
  workspaceId: WorkspaceId,
  scope: BudgetScope,
  period: BudgetPeriod,
  limitUsd: z.number(),
  /** In the period that is under way, with what running calls have reserved. */
  usedUsd: z.number(),
  /** When the next period begins; null for `total`. */
  resetsAt: Timestamp.nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Budget = z.infer<typeof Budget>;

const usdPerMillionTokens = z.number().min(0).max(100_000);

/** What a model costs a workspace, in US dollars per million tokens. It comes before any list price, from its day (UTC) on. */
export const ModelPrice = z.strictObject({
  model: z
    .string()
    .max(200)
    .regex(/^[^/\s]+\/\S+$/, 'must be provider/model'),
  validFrom: z.iso.date(),
  input: usdPerMillionTokens,
  cachedInput: usdPerMillionTokens,
  output: usdPerMillionTokens,
});
export type ModelPrice = z.infer<typeof ModelPrice>;
