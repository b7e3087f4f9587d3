import type { ModelCall } from '../domain/paid-calls.ts';
import type { RunLimits } from '../protocol/agent.ts';
import type { BudgetScope } from '../protocol/budget.ts';
import type { AgentId, BudgetId, RunId, ThreadId, UserId, WorkspaceId } from '../protocol/ids.ts';
import type { SpendRules } from './budget-store.ts';

/** One call of a model within a run. `callId` is the run's own name for it: the same call has the same one in every attempt. */
export interface SpendCall {
  readonly runId: RunId;
  readonly callId: string;
}

export interface SpendRequest extends SpendCall {
  readonly threadId: ThreadId;
  readonly workspaceId: WorkspaceId;
  readonly userId: UserId;
  readonly isAnonymous: boolean;
  readonly agentId: AgentId;
  /** `provider/model`, resolved. */
  readonly model: string;
  /** What the call can take at most: the prompt's tokens, and as many as the model may write. */
  readonly estimate: { readonly inputTokens: number; readonly maxOutputTokens: number };
  readonly runLimits: Pick<RunLimits, 'maxCostUsd'>;
}

/** Why a call must not be made: what it can cost does not fit under a limit any more. */
export interface Breach {
  readonly kind: 'breach';
  readonly scope: BudgetScope['kind'] | 'run';
  /** The budget; none for the run's own limit. */
  readonly budgetId?: BudgetId;
  readonly limitUsd: number;
  /** Spent and reserved under this limit when the call was refused. */
  readonly spentUsd: number;
  /** For a person. */
  readonly message: string;
}

/** Nothing is to be spent for this person any more: they do not belong to the workspace. */
export interface Refused {
  readonly kind: 'refused';
  /** For a person. */
  readonly message: string;
}

/**
 * `priced` is false when nobody said what the model costs: then nothing is reserved, and the thread should be told so.
 * `isHeld`: an amount is reserved, so that the model must be kept to the estimate.
 */
export type Reservation =
  | { readonly kind: 'reserved'; readonly priced: boolean; readonly isHeld: boolean }
  | Breach
  | Refused;

/** What a call took, as far as anybody knows. */
export type SpentCall = Pick<ModelCall, 'callId' | 'usage'>;

/**
 * Keeps runs within the budgets of workspace, user and agent and within their own limit, however many run at once: the
 * most that a call can cost is reserved before it is made, and replaced afterwards by what it did cost.
 *
 * Everything is idempotent by (runId, callId), so a run that is replayed by another worker calls it again for every call
 * and changes nothing. A call that was refused may be tried again, for instance when the budget was raised.
 * Errors: `unavailable` when the counters or the budgets cannot be read; the call must then not be made.
 */
export interface SpendGuard {
  /** Says that calls of this agent will soon be reserved, so that its limits can be read early. Never throws. */
  lookAhead(request: Pick<SpendRequest, 'threadId' | 'workspaceId' | 'userId' | 'isAnonymous' | 'agentId'>): void;
  /** The prices that the workspace has set itself, as they were a moment ago: to tell what a run has cost so far. */
  prices(request: Parameters<SpendGuard['lookAhead']>[0]): Promise<SpendRules['prices']>;
  /** Reserves what a call can cost, or says which limit is in the way. */
  reserve(request: SpendRequest): Promise<Reservation>;
  /** Replaces a call's reservation by what its tokens cost. A call that was never reserved, or released, is no error. */
  settle(call: SpendCall & { readonly usage: SpentCall['usage'] }): Promise<void>;
  /** Gives a reservation back, for a call that was not made or came to nothing. */
  release(call: SpendCall): Promise<void>;
  /** Settles what a run that has ended still holds by what its calls took, and gives back the rest. */
  releaseRun(runId: RunId, calls: readonly SpentCall[]): Promise<void>;
}
