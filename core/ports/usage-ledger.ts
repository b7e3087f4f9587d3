import type { CredentialOrigin } from '../protocol/credential.ts';
import type { AgentId, RunId, ThreadId, WorkspaceId } from '../protocol/ids.ts';
import type { UsageBy, UsageRow, UsageTotals } from '../protocol/usage.ts';
import type { DataAccess } from './identity.ts';

/** One model call as it is billed. */
export interface UsageEntry {
  /** The run's own name for the call. */
  readonly callId: string;
  readonly agentId: AgentId;
  readonly model: string;
  /** Whose key paid for it; null for a model that needs none, and for calls of long ago. */
  readonly keyOf: CredentialOrigin | null;
  readonly at: string;
  /** The provider has not said what it took: the tokens are an estimate. */
  readonly isEstimate: boolean;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** Null when nobody has said what the model costs. */
  readonly costMicroUsd: number | null;
  /** Which price it was: the day from which on it holds, or of the list. Null for what is free or has no price. */
  readonly priceDate: string | null;
}

/**
 * What was used, call by call, for good. Members see their own, owners and admins all of their workspace.
 * Errors: `unavailable`.
 */
export interface UsageLedger {
  /** Adds the calls of a run, once each by (run, call), also of a thread that has been deleted. Needs `forThread` access. */
  record(access: DataAccess, run: { threadId: ThreadId; runId: RunId }, entries: readonly UsageEntry[]): Promise<void>;
  /** Totals from a day to a day (UTC), both included. Days come in order, everything else dearest first. */
  totals(
    access: DataAccess,
    of: { workspaceId: WorkspaceId; by: UsageBy; from: string; to: string; cursor?: string | undefined; limit: number },
  ): Promise<{ data: UsageRow[]; nextCursor: string | null }>;
  /** All zeros for a thread that took nothing, or that the caller may not see. */
  thread(access: DataAccess, threadId: ThreadId): Promise<UsageTotals>;
}
