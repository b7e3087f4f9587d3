import type { AnyEnvelope, Event } from '#core/protocol/event.ts';
import { AgentId, ApprovalId, ItemId, RunId, ThreadId, WorkspaceId } from '#core/protocol/ids.ts';
import type { AgentMessageItem, ApprovalItem, ToolCallItem, UserMessageItem } from '#core/protocol/item.ts';
import type { Run } from '#core/protocol/run.ts';
import type { Thread } from '#core/protocol/thread.ts';

const id = (prefix: string, number: number): string => `${prefix}_01jd${String(number).padStart(22, '0')}`;

export const threadIdOf = (number: number): ThreadId => ThreadId.parse(id('thr', number));
export const runIdOf = (number: number): RunId => RunId.parse(id('run', number));
export const itemIdOf = (number: number): ItemId => ItemId.parse(id('itm', number));
export const agentId = AgentId.parse(id('agt', 1));
export const approvalIdOf = (number: number): ApprovalId => ApprovalId.parse(id('apr', number));
export const workspaceId = WorkspaceId.parse(id('wsp', 1));
export const threadId = threadIdOf(1);

export const at = '2026-11-21T09:00:00.000Z';

export const aThread = (change: Partial<Thread> = {}): Thread => ({
  id: threadId,
  workspaceId,
  agentId,
  title: 'A thread',
  status: 'active',
  createdAt: at,
  updatedAt: at,
  ...change,
});

export const aRun = (number: number, change: Partial<Run> = {}): Run => ({
  id: runIdOf(number),
  threadId,
  agentId,
  status: 'queued',
  attempt: 0,
  queuedSeq: number,
  inputItemId: itemIdOf(number),
  createdAt: at,
  ...change,
});

export const aUserMessage = (number: number, run: number, text = 'Hello'): UserMessageItem => ({
  id: itemIdOf(number),
  runId: runIdOf(run),
  createdAt: at,
  type: 'user_message',
  text,
});

export const aSteer = (number: number, run: number, text: string): UserMessageItem => ({
  ...aUserMessage(number, run, text),
  delivery: 'steer',
});

export const aCall = (number: number, run: number, change: Partial<ToolCallItem> = {}): ToolCallItem => ({
  id: itemIdOf(number),
  runId: runIdOf(run),
  createdAt: at,
  type: 'tool_call',
  agentId,
  status: 'in_progress',
  callId: `call_${number}`,
  name: 'deploy',
  arguments: '{"env":"staging"}',
  ...change,
});

export const anApproval = (number: number, run: number, change: Partial<ApprovalItem> = {}): ApprovalItem => ({
  id: itemIdOf(number),
  runId: runIdOf(run),
  createdAt: at,
  type: 'approval',
  approvalId: approvalIdOf(number),
  kind: 'tool_call',
  agentId,
  message: 'May deploy be called?',
  decider: 'requester_or_admin',
  expiresAt: '2026-11-28T09:00:00.000Z',
  status: 'pending',
  ...change,
});

export const anAnswer = (number: number, run: number, text = ''): AgentMessageItem => ({
  id: itemIdOf(number),
  runId: runIdOf(run),
  createdAt: at,
  type: 'agent_message',
  agentId,
  status: 'in_progress',
  text,
});

export const envelope = (seq: number, event: Event, run?: number): AnyEnvelope => ({
  seq,
  at,
  event,
  ...(run !== undefined && { runId: runIdOf(run), attempt: 1 }),
});

/** A thread in which one run begins to answer: seq 1 to 4, then a delta per word. */
export function answering(...words: string[]): AnyEnvelope[] {
  return [
    envelope(1, { type: 'thread.created', thread: aThread() }),
    envelope(2, { type: 'run.queued', run: aRun(1) }, 1),
    envelope(3, { type: 'item.added', item: aUserMessage(1, 1) }, 1),
    envelope(4, { type: 'item.added', item: anAnswer(2, 1) }, 1),
    ...words.map((text, index) => envelope(5 + index, { type: 'item.delta', itemId: itemIdOf(2), text }, 1)),
  ];
}
