import { ArrowUp, Square } from 'lucide-react';
import {
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { sizeProblem } from './message-size.ts';
import type { Draft } from './use-draft.ts';

interface ComposerProps {
  readonly draft: Draft;
  readonly placeholder: string;
  readonly onSend: (text: string) => void;
  /** An agent is at work: it can be stopped, and what is sent waits for its turn. */
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
    if (!window.matchMedia('(pointer: fine)').matches) return;
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, []);

  function send(): void {
    if (empty || tooLong) return;
    setHeld(holdUp !== null);
    if (holdUp !== null) return;
    onSend(draft.text);
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
    send();
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
          {busy && !empty && <span className="truncate text-[12.5px] text-muted">Sent after the current answer</span>}
          {busy && (
            <RoundButton label={stopping ? 'Stopping' : 'Stop'} testId="stop" disabled={stopping} onClick={onStop}>
              <Square size={13} fill="currentColor" />
            </RoundButton>
          )}
          {(!busy || !empty) && (
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

interface RoundButtonProps {
  readonly label: string;
  readonly testId: string;
  readonly children: ReactNode;
  readonly disabled: boolean;
  readonly primary?: boolean;
  readonly submit?: boolean;
  readonly onClick?: (() => void) | undefined;
}

function RoundButton({
  label,
  testId,
  children,
  disabled,
  primary = false,
  submit = false,
  onClick,
}: RoundButtonProps) {
  const look = primary
    ? 'bg-accent text-on-accent enabled:hover:bg-accent-hover disabled:bg-hover disabled:text-muted'
    : 'bg-text text-bg enabled:hover:opacity-85 disabled:opacity-50';
  return (
    <button
      type={submit ? 'submit' : 'button'}
      aria-label={label}
      title={label}
      data-testid={testId}
      disabled={disabled}
      onClick={onClick}
      className={`inline-flex size-9 shrink-0 items-center justify-center rounded-full transition-colors pointer-coarse:size-11 ${look}`}
    >
      {children}
    </button>
  );
}

/** Lets the field be as high as what is written in it. */
function useGrowing(field: React.RefObject<HTMLTextAreaElement | null>, text: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
}
