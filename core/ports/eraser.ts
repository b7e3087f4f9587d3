import type { RunId } from '../protocol/ids.ts';
import type { StreamName } from './event-log.ts';

/**
 * Takes things away for good. Whoever calls it knows that nobody needs them any more. Each may be done again, and goes on
 * where an earlier try was cut off. Errors: `unavailable`.
 */
export interface Eraser {
  /** A run's record, the message that it was asked with, its journal with what is long of it, and what it has reserved. */
  run(runId: RunId): Promise<void>;
  /** All that a stream's log holds. Its numbers begin at 1 again, so nobody may know the stream any more. */
  stream(stream: StreamName): Promise<void>;
  /** The texts whose keys begin so. */
  texts(prefix: string): Promise<void>;
  /** A counter of what was spent. */
  counter(key: string): Promise<void>;
}
