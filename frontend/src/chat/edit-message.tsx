import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { sizeProblem } from '../composer/message-size.ts';
import { useGrowing } from '../composer/use-growing.ts';
import { Button } from '../kit/button.tsx';

interface EditMessageProps {
  readonly text: string;
  readonly onSend: (text: string) => void;
  readonly onClose: () => void;
}

/** A message to be sent in another version. Enter sends it, Escape leaves it as it was. */
export function EditMessage({ text, onSend, onClose }: EditMessageProps) {
  const [draft, setDraft] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  const hint = useId();
  const problem = sizeProblem(draft);
  const ready = draft.trim() !== '' && !problem;
  useGrowing(field, draft);

  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
  }, []);

  function send(): void {
    if (!ready) return;
    // Sending the same words is asking for another answer, and that is what the button below the answer does.
    if (draft.trim() !== text.trim()) onSend(draft);
    onClose();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') onClose();
    if (event.key !== 'Enter' || event.shiftKey) return;
    event.preventDefault();
    send();
  }

  return (
    <form
      aria-label="Edit message"
      className="flex w-full flex-col gap-2 self-end rounded-2xl border border-line-strong bg-bubble p-2.5 focus-within:border-accent"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        aria-label="Edited text"
        aria-describedby={hint}
        data-testid="edit-field"
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKeyDown}
        className="block max-h-[40dvh] w-full resize-none overflow-y-auto bg-transparent px-1.5 py-1 text-base leading-relaxed outline-none md:text-[15px]"
      />
      <div className="flex flex-wrap items-center justify-end gap-2">
        <p id={hint} className="min-w-0 grow px-1.5 text-[12.5px] text-muted">
          {problem ?? 'What came after it is kept as another version.'}
        </p>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" kind="primary" disabled={!ready} data-testid="edit-send">
          Send
        </Button>
      </div>
    </form>
  );
}
