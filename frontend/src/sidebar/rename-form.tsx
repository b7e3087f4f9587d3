import { type KeyboardEvent, useState } from 'react';
import { maxTitleLength } from '#core/protocol/limits.ts';
import { messageOf } from '../http/call-error.ts';

interface RenameFormProps {
  readonly title: string;
  readonly onRename: (title: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Enter or leaving the field keeps the new name, Escape the old one. */
export function RenameForm({ title, onRename, onClose }: RenameFormProps) {
  const [text, setText] = useState(title);
  const [state, setState] = useState<{ status: 'editing' | 'saving' } | { status: 'failed'; message: string }>({
    status: 'editing',
  });

  async function save(): Promise<void> {
    const next = text.trim();
    if (state.status === 'saving') return;
    if (next === '' || next === title) return onClose();
    setState({ status: 'saving' });
    try {
      await onRename(next);
      onClose();
    } catch (error) {
      setState({ status: 'failed', message: messageOf(error) });
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') void save();
    if (event.key === 'Escape') onClose();
  }

  return (
    <div>
      <input
        // biome-ignore lint/a11y/noAutofocus: the person has just asked for this field
        autoFocus
        aria-label="Thread title"
        data-testid="rename-input"
        className="min-h-9 w-full rounded-lg border border-line-strong bg-raised px-2.5 text-base pointer-coarse:min-h-11 md:text-sm"
        maxLength={maxTitleLength}
        value={text}
        readOnly={state.status === 'saving'}
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.select()}
        onKeyDown={onKeyDown}
        onBlur={() => void save()}
      />
      {state.status === 'failed' && (
        <p role="alert" className="px-2.5 py-1 text-[13px] text-danger">
          {state.message}
        </p>
      )}
    </div>
  );
}
