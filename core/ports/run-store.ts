import type { Change, RunRecord } from '../domain/run-record.ts';
import type { RunId, WorkspaceId } from '../protocol/ids.ts';
import type { MessageInput } from '../protocol/socket.ts';

/**
 * The records of runs. What may become of one is decided in core/domain/run-record.ts; the store makes each decision
 * atomic. All reads see all finished writes. Errors: `unavailable`; also (NewerFormatError) for a record that only a later
 * version can read. Nothing changes such a one, and reads of several leave it out.
 */
export interface RunStore {
  /**
   * Keeps a new run, once per (userId, clientRequestId): a second call with the same key returns the first one's run, as it
   * stands now, with the first one's input, and changes nothing; also when the first one was cut off half-way.
   */
  create(
    record: RunRecord,
    input: MessageInput | undefined,
  ): Promise<{ record: RunRecord; input: MessageInput | undefined; created: boolean }>;
  /** What the user wrote to start the run; undefined for one that tries another again. */
  input(record: RunRecord): Promise<MessageInput | undefined>;
  get(runId: RunId): Promise<RunRecord | null>;
  /** The records of up to 100 runs, in no order; unknown ones are missing. */
  getMany(runIds: readonly RunId[]): Promise<RunRecord[]>;
  /**
   * Reads a record, lets `decide` look at it and writes what it makes of it, unless somebody else wrote in between: then
   * all of it is done again, so `decide` must be pure. The answer of the decision that counted, or null for an unknown run.
   */
  change<Answer>(runId: RunId, decide: (record: RunRecord) => Change<Answer>): Promise<Answer | null>;
  /**
   * Runs of a workspace that are not settled, newest first, at most `limit`, made before `before`. May be a moment behind: a
   * run that has just been made may be missing, and one that has just settled is left out of its page.
   */
  listLive(of: { workspaceId: WorkspaceId; before?: RunId | undefined; limit: number }): Promise<RunRecord[]>;
  /** Runs that are not settled and were due before the given time, oldest first, at most `limit`. */
  listDue(beforeMs: number, limit: number): Promise<RunRecord[]>;
}
