import { agentAfter } from '../protocol/branches.ts';
import type { AgentId } from '../protocol/ids.ts';
import type { ThreadView } from '../protocol/thread-view.ts';
import type { Change, RunRecord } from './run-record.ts';
import { holds } from './run-state.ts';

/**
 * Who answers a run that is about to begin: who was chosen for it, or else who has the conversation that it goes on with. Known only
 * now, because the run before it may have handed over while this one was queued.
 */
export function answeringAgent(
  { runId, agentId, agentChosen }: Pick<RunRecord, 'runId' | 'agentId' | 'agentChosen'>,
  view: ThreadView,
): AgentId {
  const parentId = view.runs[runId]?.parentRunId;
  const before = parentId ? view.runs[parentId] : undefined;
  return agentChosen || !before ? agentId : agentAfter(view, before);
}

/** The record with the agent that answers, once that is known. The worker must hold the run. */
export const answeredBy = (record: RunRecord, attempt: number, agentId: AgentId): Change<boolean> =>
  holds(record, attempt) ? { record: { ...record, agentId }, answer: true } : { answer: false };
