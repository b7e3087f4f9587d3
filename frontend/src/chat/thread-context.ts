import { createContext, use } from 'react';
import type { AgentId, RunId, ThreadId } from '#core/protocol/ids.ts';

/** What the parts of an open thread have in common. */
export interface ThreadContextValue {
  readonly threadId: ThreadId;
  /** Who answers here, unless another agent says so. */
  readonly agentId: AgentId | undefined;
  /** What an agent is called; nothing while that is being found out. */
  readonly nameOf: (agentId: AgentId | undefined) => string;
  /** Reads the branch of a run. */
  readonly choose: (runId: RunId) => void;
  /** Sends another message in place of the one that a run answered. */
  readonly edit: (runId: RunId, text: string) => void;
  /** Tries a run again from where it got to. */
  readonly retry: (runId: RunId) => void;
  /** Has the message of a run answered anew. */
  readonly regenerate: (runId: RunId) => void;
}

export const ThreadContext = createContext<ThreadContextValue | null>(null);

export function useThread(): ThreadContextValue {
  const value = use(ThreadContext);
  if (!value) throw new Error('This part belongs into a thread.');
  return value;
}
