import { clsx } from 'clsx';
import { type ComponentProps, useState } from 'react';
import { LazyMarkdown } from '../markdown/lazy-markdown.tsx';
import { Field, fieldLook, type Labelled } from './field.tsx';

interface MarkdownFieldProps extends Labelled, Omit<ComponentProps<'textarea'>, 'value'> {
  /** What is written in it now, for the preview. */
  readonly text: string;
}

/** A text in markdown, to write and to look at. */
export function MarkdownField({ label, hint, error, className, text, ...props }: MarkdownFieldProps) {
  const [shown, setShown] = useState<'write' | 'preview'>('write');
  return (
    <div className={clsx('relative min-w-0', className)}>
      <div className="absolute -top-1.5 right-0 flex gap-0.5 rounded-lg bg-sunken p-0.5">
        {(['write', 'preview'] as const).map((mode) => (
          <button
            key={mode}
            type="button"
            aria-pressed={shown === mode}
            onClick={() => setShown(mode)}
            className="min-h-6 rounded-md px-2.5 font-medium text-[12.5px] text-muted aria-pressed:bg-raised aria-pressed:text-text aria-pressed:shadow-card pointer-coarse:min-h-9"
          >
            {mode === 'write' ? 'Write' : 'Preview'}
          </button>
        ))}
      </div>
      <Field label={label} hint={hint} error={error}>
        {(attributes) => (
          <>
            {/* Kept while it is not shown, so that its form does not lose it. */}
            <textarea
              rows={12}
              className={clsx(
                fieldLook,
                'py-2 font-mono text-[13px]! leading-relaxed max-md:text-base!',
                shown === 'preview' && 'hidden',
              )}
              {...attributes}
              {...props}
            />
            {shown === 'preview' && (
              <div className="min-h-40 rounded-lg border border-line bg-bg px-4 py-3 text-sm">
                {text.trim() === '' ? (
                  <p className="text-muted">Nothing is written yet.</p>
                ) : (
                  <LazyMarkdown text={text} />
                )}
              </div>
            )}
          </>
        )}
      </Field>
    </div>
  );
}
