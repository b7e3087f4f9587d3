import * as z from 'zod';
import { RunError } from './errors.ts';
import { AgentId, ItemId, RunId, Seq, ThreadId, Timestamp } from './ids.ts';
import { Item } from './item.ts';
import { Run, Usage } from './run.ts';
import { Thread } from './thread.ts';

const event = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), ...shape });

/**
 * Everything that a client can see happen. Events of a run carry its id and attempt in their envelope.
 * `thread.*` events also stand in the feed of the thread's owner.
 */
export const Event = z.discriminatedUnion('type', [
  event('thread.created', { thread: Thread }),
  event('thread.updated', { thread: Thread }),
  event('thread.deleted', { threadId: ThreadId }),

  /** A new item, after the others of its run. */
  event('item.added', { item: Item }),
  /** More text for an item that is in progress. */
  event('item.delta', { itemId: ItemId, text: z.string() }),
  /** No more deltas will come: the text is the sum of the deltas. */
  event('item.done', { itemId: ItemId, status: z.enum(['completed', 'incomplete']) }),
  event('item.removed', { itemId: ItemId }),

  event('tool.started', { itemId: ItemId }),
  event('tool.done', { itemId: ItemId, ok: z.boolean(), output: z.string(), durationMs: z.number().nonnegative() }),

  event('run.queued', { run: Run.omit({ queuedSeq: true }) }),
  event('run.started', { agentId: AgentId, model: z.string() }),
  event('run.completed', { usage: Usage }),
  event('run.failed', { error: RunError, usage: Usage.optional() }),
  event('run.cancelled', { usage: Usage.optional() }),
  /** A turn was cut off and begins anew: readers drop these items of it. */
  event('turn.restarted', { itemIds: z.array(ItemId) }),

  event('usage', { usage: Usage }),
  event('notice', { level: z.enum(['info', 'warning']), message: z.string() }),
]);
export type Event = z.infer<typeof Event>;

const envelope = { seq: Seq, at: Timestamp, runId: RunId.optional(), attempt: z.number().int().positive().optional() };

/** An event in its place in a stream. */
export const EventEnvelope = z.object({ ...envelope, event: Event });
export type EventEnvelope = z.infer<typeof EventEnvelope>;

/** An event of a newer version of Troupe: it keeps its place (no gap) and what it says, and readers skip it. */
export const UnknownEvent = z.looseObject({ type: z.string() });
export const AnyEnvelope = z.object({ ...envelope, event: z.union([Event, UnknownEvent]) });
export type AnyEnvelope = z.infer<typeof AnyEnvelope>;

/** Whether this version of the reader knows the event: its type, and all that it says. */
export const isKnownEvent = (candidate: AnyEnvelope['event']): candidate is Event => Event.safeParse(candidate).success;

/** What a client may subscribe to: a thread, or the feed of the user it is signed in as. */
export const Stream = z.union([z.templateLiteral(['thread:', z.string()]), z.literal('user')]);
export type Stream = z.infer<typeof Stream>;
