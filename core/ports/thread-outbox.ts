import * as z from 'zod';
import { stored } from '../domain/stored.ts';
import { ThreadId, UserId } from '../protocol/ids.ts';
import { Thread, ThreadTitle } from '../protocol/thread.ts';

const change = <Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.object({
    kind: z.literal(kind),
    /** Names the change; its events are written once under it. */
    id: z.string(),
    threadId: ThreadId,
    /** The thread's owner, who asked for it. */
    userId: UserId,
    isAnonymous: z.boolean(),
    /** The heads of the thread's log and of the owner's feed when it was asked for: where to look for what it wrote. */
    threadAfterSeq: z.number(),
    feedAfterSeq: z.number(),
    /** When the sweep is to look at it, if it is not done by then. */
    dueAtMs: z.number(),
    ...shape,
  });

/** Something that is to be done to a thread in two stores. Its form is stored: later versions must be able to read it. */
export const ThreadChange = stored(
  z.discriminatedUnion('kind', [
    change('create', { thread: Thread }),
    change('rename', { title: ThreadTitle }),
    change('delete', {}),
  ]),
);
export type ThreadChange = z.infer<typeof ThreadChange>;

/** What was begun with threads, so that it can be brought to its end by somebody else. Errors: `unavailable`. */
export interface ThreadOutbox {
  /** Keeps a change, once per id: a second one with the same id returns the first, and whether it is done, and changes nothing. */
  put(change: ThreadChange): Promise<{ readonly change: ThreadChange; readonly isDone: boolean }>;
  /** It needs nothing more. It is still known to `put` for at least a day. */
  done(id: string): Promise<void>;
  /** The sweep is to look at it again at the given time. Nothing for one that is done or unknown. */
  postpone(id: string, dueAtMs: number): Promise<void>;
  /** Changes that are not done and were due before the given time, oldest first, at most `limit`; none that only a later version can read. */
  listDue(beforeMs: number, limit: number): Promise<ThreadChange[]>;
}
