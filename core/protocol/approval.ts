import * as z from 'zod';
import { UserId } from './ids.ts';
import { storableText } from './text.ts';

/**
 * What a run asks a person before it goes on.
 * `tool_call`: whether a call may be carried out. `interrupted_call`: what became of a call that was cut off and must not
 * simply be repeated. `budget`: whether it may spend more than was set.
 */
export const ApprovalKind = z.enum(['tool_call', 'interrupted_call', 'budget']);
export type ApprovalKind = z.infer<typeof ApprovalKind>;

export const ApprovalStatus = z.enum(['pending', 'approved', 'rejected', 'expired', 'cancelled']);
export type ApprovalStatus = z.infer<typeof ApprovalStatus>;

const decision = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.strictObject({ decision: z.literal(name), ...shape });

/** What may be decided, by kind; see `decisionsOf`. */
export const ApprovalDecision = z.discriminatedUnion('decision', [
  /** `once`: this call. `run`: each call of the tool in this run. `always`: also in later runs of the same person with the same agent. */
  decision('approve', { scope: z.enum(['once', 'run', 'always']).default('once') }),
  /** The model is given the reason in place of the tool's result. */
  decision('reject', { reason: z.string().max(2_000).transform(storableText).optional() }),
  decision('run_again', {}),
  /** The model is given this output in place of the tool's own. */
  decision('skip', { output: z.string().max(16_000).transform(storableText) }),
  decision('fail', {}),
  /** Sets the budget that was reached to this limit. */
  decision('raise', { limitUsd: z.number().positive().max(1_000_000) }),
  decision('continue_once', {}),
  decision('stop', {}),
]);
export type ApprovalDecision = z.infer<typeof ApprovalDecision>;

export const decisionsOf: Record<ApprovalKind, readonly ApprovalDecision['decision'][]> = {
  tool_call: ['approve', 'reject'],
  interrupted_call: ['run_again', 'skip', 'fail'],
  budget: ['raise', 'continue_once', 'stop'],
};

/** What a decision makes of its approval: the run goes on with it, or does without. */
export const statusAfter: Record<ApprovalDecision['decision'], 'approved' | 'rejected'> = {
  approve: 'approved',
  run_again: 'approved',
  skip: 'approved',
  raise: 'approved',
  continue_once: 'approved',
  reject: 'rejected',
  fail: 'rejected',
  stop: 'rejected',
};

/** A decision as it was made. */
export const Resolution = z.object({ decision: ApprovalDecision, decidedBy: UserId });
export type Resolution = z.infer<typeof Resolution>;
