import { type FormEvent, type KeyboardEvent, useId, useState } from 'react';
import { Button } from '../kit/button.tsx';

interface DetailFormProps {
  readonly label: string;
  readonly action: string;
  readonly type?: 'text' | 'number';
  readonly multiline?: boolean;
  readonly required?: boolean;
  readonly busy: boolean;
  readonly onSubmit: (text: string) => void;
  readonly onCancel: () => void;
}

const maxLength = 2_000;
const maxLongLength = 16_000;

/** One more thing that is to be said with a decision. Escape goes back. */
export function DetailForm(props: DetailFormProps) {
  const { label, action, type = 'text', multiline = false, required = false, busy, onSubmit, onCancel } = props;
  const id = useId();
  const [text, setText] = useState('');
  const missing = required && text.trim() === '';
  const look =
    'w-full rounded-lg border border-line-strong bg-raised px-3 py-2 text-base md:text-sm pointer-coarse:min-h-11';
  const field = {
    id,
    value: text,
    disabled: busy,
    // The person has just asked for this field.
    autoFocus: true,
    'data-testid': 'decision-detail',
    className: look,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.nativeEvent.isComposing) onCancel();
    },
  };
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (!missing && !busy) onSubmit(text.trim());
      }}
    >
      <label htmlFor={id} className="text-[13px] text-muted">
        {label}
      </label>
      {multiline ? (
        <textarea {...field} rows={3} maxLength={maxLongLength} onChange={(event) => setText(event.target.value)} />
      ) : (
        <input
          {...field}
          type={type}
          maxLength={maxLength}
          onChange={(event) => setText(event.target.value)}
          {...(type === 'number' && { min: '0.01', max: '1000000', step: 'any', inputMode: 'decimal' })}
        />
      )}
      <div className="flex gap-2">
        <Button type="submit" kind="primary" disabled={busy || missing} data-testid="decision-submit">
          {busy ? 'Sending' : action}
        </Button>
        <Button onClick={onCancel} disabled={busy}>
          Back
        </Button>
      </div>
    </form>
  );
}
