import { useMemo, useRef } from 'react';
import type { RunId, ThreadId } from '#core/protocol/ids.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import { usePlatform } from '../app/platform-context.ts';
import type { OutboxEntry } from '../state/outbox.ts';
import type { ThreadContextValue } from './thread-context.ts';
import { useAgentNames } from './use-agent-names.ts';

/** What can be done in a thread. The value changes only with its agent and the names, so that events do not draw everything anew. */
export function useThreadActions(
  threadId: ThreadId,
  view: ThreadView | null,
  choose: (runId: RunId) => void,
): ThreadContextValue {
  const { outbox } = usePlatform();
  const nameOf = useAgentNames();
  const agentId = view?.thread?.agentId;
  const now = useRef({ seq: 0, choose });
  now.current = { seq: view?.seq ?? 0, choose };

  return useMemo(() => {
    const ask = (request: OutboxEntry['request']) =>
      outbox.add({ target: { threadId }, request, afterSeq: now.current.seq });
    return {
      threadId,
      agentId,
      nameOf,
      choose: (runId) => now.current.choose(runId),
      edit: (runId, text) => void ask({ input: { text }, replaces: runId }),
      retry: (runId) => void ask({ retryOf: runId }),
      regenerate: (runId) => void ask({ regenerate: runId }),
    };
  }, [outbox, threadId, agentId, nameOf]);
}
