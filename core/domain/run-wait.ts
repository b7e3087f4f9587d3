import * as z from 'zod';
import { ApprovalDecision, ApprovalKind, type ApprovalStatus, statusAfter } from '../protocol/approval.ts';
import { AgentId, ApprovalId, BudgetId, ItemId, UserId } from '../protocol/ids.ts';
import { ClientToolOutput } from '../protocol/socket.ts';
import { Decider } from '../protocol/tool-policy.ts';

/** What a wait was answered with. Nobody's answer in time is one as well. */
export const WaitAnswer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('decision'), decision: ApprovalDecision, by: UserId }),
  /** Taken off once the run has been suspended again: by then it stands in the journal. */
  z.object({ type: z.literal('output'), result: ClientToolOutput.optional(), by: UserId }),
  z.object({ type: z.literal('expired') }),
]);
export type WaitAnswer = z.infer<typeof WaitAnswer>;

export const WaitKind = z.enum([...ApprovalKind.options, 'client_tool']);
export type WaitKind = z.infer<typeof WaitKind>;

/** What a suspended run waits for: a person's decision, or a client's output. */
export const Wait = z.object({
  id: ApprovalId,
  kind: WaitKind,
  /** Of the call, scoped (see core/domain/journal.ts). A run has one wait of a kind for it. For a budget: the model call. */
  callId: z.string(),
  /** The item that shows it: the approval's own, or the client tool's call. */
  itemId: ItemId,
  agentId: AgentId,
  /** The call that it is about; not for a budget. `arguments` is cut to 2 KB; the whole stands in the call's item. */
  call: z.object({ itemId: ItemId, name: z.string(), arguments: z.string() }).optional(),
  /** For a budget: what was reached. */
  breach: z
    .object({ scope: z.string(), budgetId: BudgetId.optional(), limitUsd: z.number(), spentUsd: z.number() })
    .optional(),
  /** What is asked, for people. */
  message: z.string(),
  decider: Decider,
  requestedAtMs: z.number(),
  expiresAtMs: z.number(),
  answer: WaitAnswer.optional(),
  answeredAtMs: z.number().optional(),
  /** The room that the answer gives has been made. */
  applied: z.boolean().optional(),
  /** Readers have been told of the answer. */
  told: z.boolean().optional(),
});
export type Wait = z.infer<typeof Wait>;

/** A tool that a person has approved for the rest of the run. */
export const RunGrant = z.object({ agentId: AgentId, tool: z.string() });
export type RunGrant = z.infer<typeof RunGrant>;

/** A message that was put into the run while it was under way. */
export const Steer = z.object({
  itemId: ItemId,
  /** Empty once the run has read it: then it stands in the journal. */
  text: z.string(),
  atMs: z.number(),
  consumed: z.boolean(),
});
export type Steer = z.infer<typeof Steer>;

export const isOpen = (wait: Wait): boolean => wait.answer === undefined;

/** Answered, and readers may not know it yet. */
export const isUntold = (wait: Wait): boolean => !isOpen(wait) && !wait.told;

/** How an approval stands by its answer; null for one that is open. */
export function statusOf({ answer }: Wait): Extract<ApprovalStatus, 'approved' | 'rejected' | 'expired'> | null {
  if (!answer) return null;
  if (answer.type === 'expired') return 'expired';
  return answer.type === 'decision' ? statusAfter[answer.decision.decision] : 'approved';
}

/** Whether two answers say the same, whoever gave them. */
export function saysTheSame(one: WaitAnswer, other: WaitAnswer): boolean {
  if (one.type === 'decision' && other.type === 'decision') return isEqual(one.decision, other.decision);
  // An output that was taken off cannot be compared any more; it was answered.
  if (one.type === 'output' && other.type === 'output') return !one.result || isEqual(one.result, other.result);
  return false;
}

const isEqual = (one: object, other: object | undefined): boolean => canonical(one) === canonical(other);
const canonical = (value: object | undefined): string =>
  JSON.stringify(Object.entries(value ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)));
