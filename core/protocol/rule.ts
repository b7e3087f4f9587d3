import * as z from 'zod';
import { requiredText } from './agent-content.ts';
import { AgentId, RuleId, Timestamp, WorkspaceId } from './ids.ts';

/** What agents keep to: `always` and `never` do `text`; `when` the situation `text` comes up, `respondWith`. */
export const RuleKind = z.enum(['always', 'never', 'when']);
export type RuleKind = z.infer<typeof RuleKind>;

export const Rule = z.object({
  id: RuleId,
  workspaceId: WorkspaceId,
  /** Null: for every agent of the workspace. */
  agentId: AgentId.nullable(),
  kind: RuleKind,
  text: z.string(),
  /** Only `when` has it. */
  respondWith: z.string().nullable(),
  /** Lower ones come first in the prompt; older ones first among equals. */
  priority: z.number().int(),
  enabled: z.boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Rule = z.infer<typeof Rule>;

const text = requiredText(4_000);
const priority = z.number().int().min(0).max(1000);
const content = {
  kind: RuleKind,
  text,
  respondWith: text.nullable().default(null),
  priority: priority.default(100),
  enabled: z.boolean().default(true),
};

const isWhole = ({ kind, respondWith }: { kind: RuleKind; respondWith: string | null }) =>
  (kind === 'when') === (respondWith !== null);
const notWhole = { message: 'must be given for "when" and for nothing else', path: ['respondWith'] };

export const RuleDraft = z
  .strictObject({ workspaceId: WorkspaceId, agentId: AgentId.nullable().default(null), ...content })
  .refine(isWhole, notWhole);
export type RuleDraft = z.infer<typeof RuleDraft>;

/** A rule is small: it is changed as a whole. */
export const RuleContent = z.strictObject(content).refine(isWhole, notWhole);
export type RuleContent = z.infer<typeof RuleContent>;
