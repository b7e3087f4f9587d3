import type { AnyEnvelope } from '#core/protocol/event.ts';
import type { Item } from '#core/protocol/item.ts';
import { applyEvents, emptyThreadView, type ThreadView } from '#core/protocol/thread-view.ts';

/** A thread as a client sees it that has these events, whatever their order and however often each. */
export function fold(events: readonly AnyEnvelope[], from: ThreadView = emptyThreadView): ThreadView {
  return applyEvents(
    from,
    events.toSorted((a, b) => a.seq - b.seq),
  );
}

/** The text of the agent's messages. */
export const agentText = (items: readonly Item[]): string =>
  items.flatMap((item) => (item.type === 'agent_message' ? [item.text] : [])).join('\n');

/** The seqs of events, sorted, each once. */
export const seqsOf = (events: readonly AnyEnvelope[]): number[] =>
  [...new Set(events.map(({ seq }) => seq))].sort((a, b) => a - b);

export const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
