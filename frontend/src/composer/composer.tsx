import { ArrowUp, Square } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import { dialogInFront } from '../kit/use-return-focus.ts';
import { QueueButton, SteerButton } from './delivery-buttons.tsx';
import { sizeProblem } from './message-size.ts';
import { RoundButton } from './round-button.tsx';
import type { Draft } from './use-draft.ts';
import { useGrowing } from './use-growing.ts';

/** What happens to a message while an agent works: it waits for its turn, or is read at the next step. */
export type Delivery = 'queue' | 'steer';

interface ComposerProps {
  readonly draft: Draft;
  readonly placeholder: string;
  readonly onSend: (text: string, delivery: Delivery) => void;
  /** An agent is at work: it can be stopped, and what is sent waits for its turn or steers it. */
  readonly busy?: boolean;
  readonly stopping?: boolean;
  readonly onStop?: () => void;
  /** Why nothing can be sent yet. What is sent meanwhile stays in the field and goes as soon as it can. */
  readonly holdUp?: string | null;
  readonly problem?: string | null;
  readonly leading?: ReactNode;
  readonly footer?: ReactNode;
}

export function Composer(props: ComposerProps) {
  const { draft, placeholder, onSend, busy = false, stopping = false, onStop, holdUp = null, leading, footer } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const [held, setHeld] = useState(false);
  const tooLong = sizeProblem(draft.text);
  const empty = draft.text.trim() === '';
  const problem = tooLong ?? props.problem;

  useGrowing(field, draft.text);
  useEffect(() => {
    // On a phone this would open the keyboard over the thread.
    if (!window.matchMedia('(pointer: fine)').matches || dialogInFront()) return;
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, []);

  function send(delivery: Delivery = 'queue'): void {
    if (empty || tooLong) return;
    setHeld(holdUp !== null);
    if (holdUp !== null) return;
    onSend(draft.text, delivery);
    draft.set('');
    field.current?.focus();
  }

  const sendHeld = useEffectEvent(send);
  useEffect(() => {
    if (held && holdUp === null) sendHeld();
  }, [held, holdUp]);

  function onKeyDown(event: KeyboardEvent): void {
    // 229 is what some browsers report while an input method composes.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send(busy && (event.ctrlKey || event.metaKey) ? 'steer' : 'queue');
  }

  return (
    <form
      aria-label="New message"
      className="mx-auto w-full max-w-[46rem] shrink-0 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] md:px-5"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        send();
      }}
    >
      {problem && (
        <p role="alert" className="px-2 pb-2 text-[13px] text-danger">
          {problem}
        </p>
      )}
      <div className="rounded-2xl border border-line-strong bg-raised shadow-card transition-colors focus-within:border-accent">
        <textarea
          ref={field}
          rows={1}
          aria-label="Message"
          data-testid="composer"
          placeholder={placeholder}
          enterKeyHint="send"
          value={draft.text}
          onChange={(event) => {
            draft.set(event.target.value);
            // Not finished after all.
            setHeld(false);
          }}
          onKeyDown={onKeyDown}
          className="block max-h-[40dvh] w-full resize-none overflow-y-auto bg-transparent px-4 pt-3.5 pb-1 text-base leading-relaxed outline-none placeholder:text-muted md:text-[15px]"
        />
        <div className="flex items-center gap-2 px-2.5 pb-2.5">
          <div className="min-w-0 grow">{leading}</div>
          {held && holdUp !== null && (
            <span role="status" className="truncate text-[12.5px] text-muted" data-testid="hold-up">
              {holdUp}
            </span>
          )}
          {busy && !empty && <SteerButton disabled={tooLong !== null} onClick={() => send('steer')} />}
          {busy && (
            <RoundButton label={stopping ? 'Stopping' : 'Stop'} testId="stop" disabled={stopping} onClick={onStop}>
              <Square size={13} fill="currentColor" />
            </RoundButton>
          )}
          {busy && !empty && <QueueButton disabled={tooLong !== null} />}
          {!busy && (
            <RoundButton label="Send" testId="send" primary disabled={empty || tooLong !== null} submit>
              <ArrowUp size={18} />
            </RoundButton>
          )}
        </div>
      </div>
      <div className="flex min-h-5 items-center justify-center px-2 pt-1.5 text-center">{footer}</div>
    </form>
  );
}
