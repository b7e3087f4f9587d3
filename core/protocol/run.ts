import * as z from 'zod';
import { CredentialOrigin } from './credential.ts';
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

/** Waiting for a person or a client. A run that waits for several things has the status that stands here first. */
export const waitingRunStatuses = [
  'awaiting_approval',
  'awaiting_client_tool',
  'awaiting_auth',
  'paused_budget',
] as const satisfies RunStatus[];
export type WaitingRunStatus = (typeof waitingRunStatuses)[number];

export const terminalRunStatuses = ['completed', 'failed', 'cancelled', 'timed_out'] as const satisfies RunStatus[];

export const isTerminal = (status: RunStatus): boolean =>
  (terminalRunStatuses as readonly RunStatus[]).includes(status);

/** Tokens that the run's model calls counted, summed over its turns and what broke off between them. */
export const Usage = z.object({
  modelCalls: z.number().int().nonnegative(),
  inputTokens: z.number().int().nonnegative(),
  cachedInputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  reasoningTokens: z.number().int().nonnegative(),
  /** In millionths of a US dollar. Null when the price of a model that was used is not known. */
  costMicroUsd: z.number().int().nonnegative().nullable().optional(),
  /** Of how many calls nobody has said what they took, so that it is an estimate: answers that broke off, and silent servers. */
  estimatedCalls: z.number().int().positive().optional(),
  /** Whose keys paid for it; none for models that need no key. */
  keys: z.array(CredentialOrigin).optional(),
});
export type Usage = z.infer<typeof Usage>;

/** A run as clients see it: one turn of work on a thread. */
export const Run = z.object({
  id: RunId,
  threadId: ThreadId,
  /** Who answers, or began to; see `agentAfter` for who has the conversation now. While it is queued, the best guess. */
  agentId: AgentId,
  status: RunStatus,
  /** Which try at the run wrote last; 0 while it is queued. */
  attempt: z.number().int().nonnegative(),
  /** The seq of its `run.queued` event: the order of runs in their thread. */
  queuedSeq: Seq,
  /** The user message that it answers. */
  inputItemId: ItemId,
  /** The run that it comes after; null for the first of a thread. Runs with the same one are branches of each other. */
  parentRunId: RunId.nullable().optional(),
  /** The failed run that this one tries again, from where that one got to. */
  retryOf: RunId.optional(),
  /** The run whose message this one answers anew, from scratch. */
  regenerates: RunId.optional(),
  /** The run whose message was edited into this one's. */
  replaces: RunId.optional(),
  /** It was asked to end and has not ended yet. */
  cancelling: z.literal(true).optional(),
  error: RunError.optional(),
  usage: Usage.optional(),
  createdAt: Timestamp,
  finishedAt: Timestamp.optional(),
});
export type Run = z.infer<typeof Run>;

/** What ended a run that might have gone on. `used` and `max` are turns, seconds, tokens or US dollars. */
export const RunLimit = z.enum(['turns', 'wall_time', 'tokens', 'cost']);
export type RunLimit = z.infer<typeof RunLimit>;
