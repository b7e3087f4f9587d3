import * as z from 'zod';
import { stored } from '../domain/stored.ts';
import { AgentId, RunId, ThreadId, UserId, WorkspaceId } from '../protocol/ids.ts';

/** What stands in the queue: no content, that is in the run record. Its form is stored: later versions must be able to read it. */
export const RunMessage = stored(
  z.object({
    version: z.literal(1),
    runId: RunId,
    threadId: ThreadId,
    workspaceId: WorkspaceId,
    requestId: z.string(),
    /** Where the trace goes on: the span that sent it, as a W3C `traceparent`. */
    traceparent: z.string().max(100).optional(),
    /**
     * As whom a worker may read while it is still claiming a run that has not begun, and for which agent. A hint: what is read by it is
     * used only if the run's record says the same, and one that cannot be read counts as none.
     */
    reader: z.object({ userId: UserId, isAnonymous: z.boolean(), agentId: AgentId }).optional().catch(undefined),
  }),
);
export type RunMessage = z.infer<typeof RunMessage>;

const Versioned = z.object({ version: z.number().int().gt(1) });

/** What stands in the queue under a text: `newer` when a later version has sent it, null when nobody can ever read it. */
export function readRunMessage(text: string): RunMessage | 'newer' | null {
  const value = jsonOf(text);
  if (Versioned.safeParse(value).success) return 'newer';
  return RunMessage.safeParse(value).data ?? null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it.
    return undefined;
  }
}

export interface ReceivedRun {
  readonly message: RunMessage;
  /** Names this delivery; good until the visibility runs out. */
  readonly receipt: string;
  /** How often the message has been handed out, this time included. After too many times it goes to the dead letters. */
  readonly deliveries: number;
  /** When it was put into the queue, as far as that is known. */
  readonly sentAtMs?: number | undefined;
}

/**
 * Runs that wait for a worker. At least once, in order within a thread: a thread's next message is not handed out while
 * an earlier one is neither deleted nor visible again. Errors: `unavailable`.
 */
export interface RunQueue {
  /**
   * Sending the same run again within five minutes adds nothing (SQS FIFO deduplication), unless it is sent under another
   * name: for one whose message has been lost.
   */
  send(message: RunMessage, name?: string): Promise<void>;
  /** Waits up to `waitSeconds` for up to `max` messages (SQS: one per call). Malformed ones are left for the dead-letter queue; those of a later version rest for a few minutes. */
  receive(max: number, waitSeconds: number): Promise<ReceivedRun[]>;
  /** Keeps deliveries hidden for another `seconds`. One whose receipt has run out is passed over. */
  extend(receipts: readonly string[], seconds: number): Promise<void>;
  /** Hands a message back; it can be received again after `delaySeconds`. Not if its receipt has run out. */
  release(receipt: string, delaySeconds: number): Promise<void>;
  /** Takes a message out of the queue. If its receipt has run out, it will be handed out again. */
  delete(receipt: string): Promise<void>;
}
