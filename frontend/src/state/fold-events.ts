import type { AnyEnvelope } from '#core/protocol/event.ts';
import { applyEvent, type ThreadView } from '#core/protocol/thread-view.ts';

/** A view, and the events that came before those they follow. */
export interface Folded {
  readonly view: ThreadView;
  readonly ahead: ReadonlyMap<number, AnyEnvelope>;
}

const maxAhead = 2_000;

/**
 * Applies what continues the view and keeps what lies ahead: pushes may overtake each other, and then nothing has to be
 * asked for again. The order in which events arrive makes no difference to the result.
 */
export function foldEvents({ view, ahead }: Folded, envelopes: readonly AnyEnvelope[]): Folded {
  const waiting = new Map(ahead);
  let folded = view;
  for (const envelope of envelopes) {
    if (envelope.seq > folded.seq + 1) waiting.set(envelope.seq, envelope);
    folded = applyEvent(folded, envelope);
    for (let next = waiting.get(folded.seq + 1); next; next = waiting.get(folded.seq + 1)) {
      folded = applyEvent(folded, next);
    }
  }
  for (const seq of waiting.keys()) if (seq <= folded.seq || waiting.size > maxAhead) waiting.delete(seq);
  return { view: folded, ahead: waiting };
}
