import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ThreadId } from '#core/protocol/ids.ts';
import { isTerminal } from '#core/protocol/run.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usd } from '../format/usage.ts';
import { tokens } from '../usage/totals.ts';

interface ThreadCostProps {
  readonly threadId: ThreadId;
  readonly view: ThreadView;
}

/** What the thread has cost so far, in all of its branches; asked again when a run has ended. */
export function ThreadCost({ threadId, view }: ThreadCostProps) {
  const { api } = usePlatform();
  const runs = Object.values(view.runs);
  const ended = runs.filter(({ status }) => isTerminal(status)).length;
  const { data } = useQuery({
    queryKey: ['thread-usage', threadId, ended],
    enabled: ended > 0,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api('GET /v1/threads/{threadId}/usage', { path: { threadId } }, signal),
  });
  if (!data || data.calls === 0) return null;
  // The ledger is written a moment after a run has ended; of a long thread the view has only the newest runs.
  const seen = runs.reduce((sum, { usage }) => sum + (usage?.costMicroUsd ?? 0), 0);
  const words = `This thread: ${data.calls} model ${data.calls === 1 ? 'call' : 'calls'}, ${tokens(data.inputTokens)} tokens in, ${tokens(data.outputTokens)} out`;
  return (
    <span className="shrink-0 text-[13px] text-muted tabular-nums" title={words} data-testid="thread-cost">
      <span className="sr-only">{words}, </span>
      {data.calls === data.unpricedCalls ? 'no price' : usd(Math.max(data.costUsd * 1e6, seen))}
    </span>
  );
}
