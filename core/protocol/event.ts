import * as z from 'zod';
import { Resolution } from './approval.ts';
import { RunError } from './errors.ts';
import { AgentId, ApprovalId, ItemId, RunId, Seq, ThreadId, Timestamp } from './ids.ts';
import { ApprovalItem, CutOff, HandoffItem, Item, ToolResult } from './item.ts';
import { Run, RunLimit, Usage, waitingRunStatuses } from './run.ts';
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
  /** No more deltas will come: the text is the sum of the deltas. With `cutOff` the model would have written more. */
  event('item.done', { itemId: ItemId, status: z.enum(['completed', 'incomplete']), cutOff: CutOff.optional() }),
  event('item.removed', { itemId: ItemId }),
  /** A message that was put into the run has been given to its model, in this turn. May come before the message itself. */
  event('item.read', { itemId: ItemId, turn: z.number().int().positive() }),

  event('tool.started', { itemId: ItemId }),
  event('tool.done', { itemId: ItemId, ...ToolResult.shape }),
  /** The run waits until a client carries the call out (the arguments stand in its item). */
  event('client_tool.requested', { itemId: ItemId, expiresAt: Timestamp }),
  /** A client has answered, or none did in time; what the model is told comes as `tool.done`. */
  event('client_tool.resolved', { itemId: ItemId, outcome: z.enum(['answered', 'expired']) }),

  /** A new item, after the others of its run. */
  event('approval.requested', { item: ApprovalItem }),
  event('approval.resolved', {
    approvalId: ApprovalId,
    status: z.enum(['approved', 'rejected', 'expired']),
    resolution: Resolution.optional(),
  }),

  /** A new item, after the others of its run. What follows is the other agent's. */
  event('handoff', { item: HandoffItem }),

  event('run.queued', { run: Run.omit({ queuedSeq: true }) }),
  event('run.started', { agentId: AgentId, model: z.string() }),
  /** It is going to be cancelled: its worker stops models and tools. `run.cancelled` follows when nothing of it works any more. */
  event('run.cancelling', {}),
  event('run.completed', { usage: Usage }),
  event('run.failed', { error: RunError, usage: Usage.optional() }),
  event('run.cancelled', { usage: Usage.optional() }),
  event('run.timed_out', { usage: Usage.optional() }),
  /** The run can do nothing until it is answered. It goes on with `run.started`. */
  event('run.awaiting', { status: z.enum(waitingRunStatuses) }),
  /** The run is about to end because of this; its last event follows. */
  event('limit.reached', { limit: RunLimit, used: z.number(), max: z.number() }),
  /** A turn was cut off and begins anew: readers drop these items of it. */
  event('turn.restarted', { itemIds: z.array(ItemId) }),

  /** In a workspace's feed: something of it is not as it was. Ask for it again. */
  event('workspace.changed', {
    part: z.enum(['workspace', 'members', 'invitations', 'api_keys', 'approvals', 'agents']),
  }),

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

/** What a client may subscribe to: a thread, the feed of the user it is signed in as, or that of a workspace. */
export const Stream = z.union([
  z.templateLiteral(['thread:', z.string()]),
  z.templateLiteral(['workspace:', z.string()]),
  z.literal('user'),
]);
export type Stream = z.infer<typeof Stream>;
