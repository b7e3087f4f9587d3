import { useState } from 'react';
import { messageOf } from '../http/call-error.ts';

export type AnswerState =
  | { readonly status: 'open' }
  /** On its way, or taken: that it has come is told by an event. */
  | { readonly status: 'sent' }
  | { readonly status: 'failed'; readonly message: string };

/** Sends somebody's answer to what a run waits for. */
export function useAnswer<Answer>(send: (answer: Answer) => Promise<unknown>) {
  const [state, setState] = useState<AnswerState>({ status: 'open' });

  function answer(given: Answer): void {
    setState({ status: 'sent' });
    send(given).catch((error: unknown) => setState({ status: 'failed', message: messageOf(error) }));
  }

  return { answer, state };
}
