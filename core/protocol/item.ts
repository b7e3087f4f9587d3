import * as z from 'zod';
import { AgentId, ItemId, RunId, Timestamp } from './ids.ts';

/** `in_progress` while it streams, `completed` when it is whole, `incomplete` when its run ended before it was. */
export const ItemStatus = z.enum(['in_progress', 'completed', 'incomplete']);
export type ItemStatus = z.infer<typeof ItemStatus>;

const base = { id: ItemId, runId: RunId, createdAt: Timestamp };

export const UserMessageItem = z.object({
  ...base,
  type: z.literal('user_message'),
  text: z.string(),
});
export type UserMessageItem = z.infer<typeof UserMessageItem>;

export const AgentMessageItem = z.object({
  ...base,
  type: z.literal('agent_message'),
  agentId: AgentId,
  status: ItemStatus,
  /** Markdown. Grows by `item.delta` while the status is `in_progress`. */
  text: z.string(),
});
export type AgentMessageItem = z.infer<typeof AgentMessageItem>;

export const ReasoningItem = z.object({
  ...base,
  type: z.literal('reasoning'),
  agentId: AgentId,
  status: ItemStatus,
  text: z.string(),
});
export type ReasoningItem = z.infer<typeof ReasoningItem>;

export const ToolCallItem = z.object({
  ...base,
  type: z.literal('tool_call'),
  agentId: AgentId,
  status: ItemStatus,
  /** The model's own id of the call; unique within the run. */
  callId: z.string(),
  name: z.string(),
  /** The arguments as the model wrote them: JSON, or what it took for JSON. */
  arguments: z.string(),
  /** What the tool gave back, present once it has. */
  result: z.object({ ok: z.boolean(), output: z.string(), durationMs: z.number().nonnegative() }).optional(),
});
export type ToolCallItem = z.infer<typeof ToolCallItem>;

/** One entry of a thread. */
export const Item = z.discriminatedUnion('type', [UserMessageItem, AgentMessageItem, ReasoningItem, ToolCallItem]);
export type Item = z.infer<typeof Item>;
