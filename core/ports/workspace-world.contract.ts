import type { ProjectedItem, Projection } from '../domain/projection.ts';
import type { AgentId, ThreadId, UserId, WorkspaceId } from '../protocol/ids.ts';
import type { Item } from '../protocol/item.ts';
import type { Run } from '../protocol/run.ts';
import type { AccessMinter } from './identity.ts';
import { newId } from './samples.contract.ts';
import type { WorkspaceStore } from './workspace-store.ts';

interface Person {
  readonly userId: UserId;
  readonly isAnonymous: boolean;
  readonly name: string | null;
}

/** A store with one workspace: `owner` owns it, `colleague` is a member, `stranger` is somebody of another workspace. */
export interface WorkspaceWorld {
  readonly store: WorkspaceStore;
  readonly access: AccessMinter;
  readonly owner: Person;
  readonly colleague: Person;
  readonly stranger: Person;
  readonly workspaceId: WorkspaceId;
  /** Works in the workspace. */
  readonly agentId: AgentId;
  /** Works in the stranger's. */
  readonly foreignAgentId: AgentId;
}

const at = '2026-11-21T09:00:00.000Z';

/** Ended runs of a thread, each a question and its answer. */
export function settledConversation(
  { agentId }: WorkspaceWorld,
  threadId: ThreadId,
  count: number,
): { projection: Projection; items: Item[]; runs: Run[] } {
  const items: ProjectedItem[] = [];
  const runs: Run[] = [];
  for (let index = 0; index < count; index += 1) {
    const runSeq = 10 * index + 1;
    const base = { runId: newId('run'), createdAt: at };
    const question = { ...base, id: newId('itm'), type: 'user_message', text: `Question ${index}` } as const;
    const answer = { id: newId('itm'), type: 'agent_message', agentId, status: 'completed', text: '42' } as const;
    items.push({ item: question, runSeq, seq: runSeq + 1 }, { item: { ...base, ...answer }, runSeq, seq: runSeq + 3 });
    runs.push({
      id: base.runId,
      threadId,
      agentId,
      status: 'completed',
      attempt: 1,
      queuedSeq: runSeq,
      inputItemId: question.id,
      parentRunId: runs.at(-1)?.id ?? null,
      usage: { modelCalls: 1, inputTokens: 9, cachedInputTokens: 0, outputTokens: 3, reasoningTokens: 0 },
      createdAt: at,
      finishedAt: at,
    });
  }
  return { projection: { items, runs, checkpointSeq: 10 * count }, items: items.map(({ item }) => item), runs };
}
