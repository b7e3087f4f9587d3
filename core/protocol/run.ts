import * as z from 'zod';
import { RunError } from './errors.ts';
import { AgentId, ItemId, RunId, Seq, ThreadId, Timestamp } from './ids.ts';

/** See core/domain/run-state.ts for which status may follow which. */
export const RunStatus = z.enum([
  'queued',
  'running',
  'awaiting_approval',
  'awaiting_client_tool',
  'awaiting_auth',
  'paused_budget',
  'completed',
  'failed',
  'cancelled',
  'timed_out',
]);
export type RunStatus = z.infer<typeof RunStatus>;

export const terminalRunStatuses = ['completed', 'failed', 'cancelled', 'timed_out'] as const satisfies RunStatus[];

export const isTerminal = (status: RunStatus): boolean =>
  (terminalRunStatuses as readonly RunStatus[]).includes(status);

/** Tokens that the run's model calls counted, summed over its turns. */
export const Usage = z.object({
  modelCalls: z.number().int().nonnegative(),
  inputTokens: z.number().int().nonnegative(),
  cachedInputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  reasoningTokens: z.number().int().nonnegative(),
});
export type Usage = z.infer<typeof Usage>;

/** A run as clients see it: one turn of work on a thread. */
export const Run = z.object({
  id: RunId,
  threadId: ThreadId,
  agentId: AgentId,
  status: RunStatus,
  /** Which try at the run wrote last; 0 while it is queued. */
  attempt: z.number().int().nonnegative(),
  /** The seq of its `run.queued` event: the order of runs in their thread. */
  queuedSeq: Seq,
  /** The user message that it answers. */
  inputItemId: ItemId,
  /** The failed run that this one tries again. */
  retryOf: RunId.optional(),
  error: RunError.optional(),
  usage: Usage.optional(),
  createdAt: Timestamp,
  finishedAt: Timestamp.optional(),
});
export type Run = z.infer<typeof Run>;
