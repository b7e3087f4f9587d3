import * as z from 'zod';
import { ApprovalKind, ApprovalStatus, Resolution } from './approval.ts';
import { AgentId, ApprovalId, ItemId, RunId, Timestamp } from './ids.ts';
import { Decider } from './tool-policy.ts';

/** `in_progress` while it streams, `completed` when it is whole, `incomplete` when its run ended before it was. */
export const ItemStatus = z.enum(['in_progress', 'completed', 'incomplete']);
export type ItemStatus = z.infer<typeof ItemStatus>;

/** Why an answer is not whole: the model had written as much as it may, or its provider's rules on content stopped it. */
export const CutOff = z.enum(['max_tokens', 'content_filter']);
export type CutOff = z.infer<typeof CutOff>;

const base = { id: ItemId, runId: RunId, createdAt: Timestamp };

const ofAgent = {
  ...base,
  agentId: AgentId,
  status: ItemStatus,
  /** Of what a delegate says and does: the call by which it was asked. It is between the two, and no part of the conversation. */
  parentItemId: ItemId.optional(),
};

export const UserMessageItem = z.object({
  ...base,
  type: z.literal('user_message'),
  text: z.string(),
  /** `steer`: it was put into a run that was under way, which reads it at its next turn. */
  delivery: z.literal('steer').optional(),
  /** Of such a one: which turn of the run was the first to read it. */
  readInTurn: z.number().int().positive().optional(),
});
export type UserMessageItem = z.infer<typeof UserMessageItem>;

export const AgentMessageItem = z.object({
  ...ofAgent,
  type: z.literal('agent_message'),
  /** Markdown. Grows by `item.delta` while the status is `in_progress`. */
  text: z.string(),
  cutOff: CutOff.optional(),
});
export type AgentMessageItem = z.infer<typeof AgentMessageItem>;

export const ReasoningItem = z.object({
  ...ofAgent,
  type: z.literal('reasoning'),
  text: z.string(),
  cutOff: CutOff.optional(),
});
export type ReasoningItem = z.infer<typeof ReasoningItem>;

/** A text too long for an event: `output` is its beginning, the whole is to be had by `GET /v1/threads/{threadId}/blobs/{blobId}`. */
export const BlobRef = z.object({ id: z.string(), bytes: z.number().int().nonnegative() });
export type BlobRef = z.infer<typeof BlobRef>;

export const ToolResult = z.object({
  ok: z.boolean(),
  output: z.string(),
  durationMs: z.number().nonnegative(),
  blob: BlobRef.optional(),
  /** It was stopped before it had ended: nobody knows what it did. */
  isCutOff: z.boolean().optional(),
});
export type ToolResult = z.infer<typeof ToolResult>;

export const ToolCallItem = z.object({
  ...ofAgent,
  type: z.literal('tool_call'),
  /** The model's own id of the call; unique within the run. */
  callId: z.string(),
  name: z.string(),
  /** The arguments as the model wrote them: JSON, or what it took for JSON. */
  arguments: z.string(),
  /** Set while the run waits for a client to carry the call out. */
  awaitsClient: z.object({ expiresAt: Timestamp }).optional(),
  /** What the tool gave back, present once it has. */
  result: ToolResult.optional(),
});
export type ToolCallItem = z.infer<typeof ToolCallItem>;

/** A question to a person on which the run waits, and what became of it. */
export const ApprovalItem = z.object({
  ...base,
  type: z.literal('approval'),
  approvalId: ApprovalId,
  kind: ApprovalKind,
  agentId: AgentId,
  /** The call that it is about; not for a budget. */
  call: z.object({ itemId: ItemId, name: z.string(), arguments: z.string() }).optional(),
  /** What is asked, for people. */
  message: z.string(),
  decider: Decider,
  expiresAt: Timestamp,
  status: ApprovalStatus,
  resolution: Resolution.optional(),
});
export type ApprovalItem = z.infer<typeof ApprovalItem>;

/** From here on another agent answers. */
export const HandoffItem = z.object({
  ...base,
  type: z.literal('handoff'),
  fromAgentId: AgentId,
  toAgentId: AgentId,
});
export type HandoffItem = z.infer<typeof HandoffItem>;

/** One entry of a thread. */
export const Item = z.discriminatedUnion('type', [
  UserMessageItem,
  AgentMessageItem,
  ReasoningItem,
  ToolCallItem,
  ApprovalItem,
  HandoffItem,
]);
export type Item = z.infer<typeof Item>;

/** What an agent writes or does, piece by piece: it has an ItemStatus. */
export type AgentItem = AgentMessageItem | ReasoningItem | ToolCallItem;
export const isAgentItem = (item: Item): item is AgentItem =>
  item.type === 'agent_message' || item.type === 'reasoning' || item.type === 'tool_call';
