import type { AnyEnvelope, Event } from '#core/protocol/event.ts';
import { AgentId, ItemId, RunId, ThreadId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Item } from '#core/protocol/item.ts';
import type { Run } from '#core/protocol/run.ts';
import type { Thread } from '#core/protocol/thread.ts';

const id = (prefix: string, number: number): string => `${prefix}_01jd${String(number).padStart(22, '0')}`;

export const threadIdOf = (number: number): ThreadId => ThreadId.parse(id('thr', number));
export const runIdOf = (number: number): RunId => RunId.parse(id('run', number));
export const itemIdOf = (number: number): ItemId => ItemId.parse(id('itm', number));
export const agentId = AgentId.parse(id('agt', 1));
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

export const aUserMessage = (number: number, run: number, text = 'Hello'): Item => ({
  id: itemIdOf(number),
  runId: runIdOf(run),
  createdAt: at,
  type: 'user_message',
  text,
});

export const anAnswer = (number: number, run: number, text = ''): Item => ({
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
