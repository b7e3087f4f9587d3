import type { AnyEnvelope, Event } from '../protocol/event.ts';
import type { RunId } from '../protocol/ids.ts';

/** The name of a log: a thread's, a user's own feed, or a workspace's. */
export type StreamName = `thread:${string}` | `user:${string}` | `workspace:${string}`;

export interface Batch {
  /** Names this append. Sending the same batch again (after a time-out, a crash, a redelivery) adds nothing and returns what the first try added. */
  readonly batchId: string;
  readonly events: readonly Event[];
  /** Of the run that writes, if one does. */
  readonly runId?: RunId;
  readonly attempt?: number;
  /** Where to begin looking for an earlier try of this batch: a seq from before that try. Without it only tries since the writer's last known tail are found. */
  readonly searchAfter?: number;
}

/**
 * The ordered log of everything that clients can see. Each stream's events are numbered 1, 2, 3, … without a gap, whoever
 * writes; concurrent writers are put in some order, and a batch stays together.
 *
 * Errors: `unavailable` when the store does not answer (the batch may or may not have landed: send it again),
 * `input_too_large` when a single batch cannot be stored.
 */
export interface EventLog {
  /** Adds a batch at the end and returns it with its numbers. Durable when it resolves. */
  append(stream: StreamName, batch: Batch): Promise<AnyEnvelope[]>;
  /**
   * The events after `after`, oldest first, at most about `limit`; reads its own and everybody's finished appends. Of what
   * runs wrote long ago (the log's lifetime), only their ends may be left.
   */
  read(stream: StreamName, after: number, limit: number): Promise<AnyEnvelope[]>;
  /** The seq of the newest event; 0 for an empty stream. */
  head(stream: StreamName): Promise<number>;
}
