import { clsx } from 'clsx';
import { type ComponentProps, type ReactNode, useId } from 'react';

export const fieldLook =
  'w-full rounded-lg border border-line-strong bg-raised px-3 text-base outline-none transition-colors placeholder:text-muted focus-visible:border-accent focus-visible:outline-2 focus-visible:outline-focus disabled:bg-sunken disabled:text-muted aria-invalid:border-danger md:text-sm';

export interface Labelled {
  readonly label: string;
  /** Says what to write, and stays there while it is written. */
  readonly hint?: ReactNode;
  /** What is wrong with it now. */
  readonly error?: string | undefined;
}

interface FieldProps extends Labelled {
  readonly children: (attributes: FieldAttributes) => ReactNode;
  readonly className?: string | undefined;
}

/** Ties a control to its label, hint and error for those who do not see them stand together. */
export interface FieldAttributes {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
}

export function Field({ label, hint, error, children, className }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={clsx('min-w-0', className)}>
      <label htmlFor={id} className="mb-1.5 block font-medium text-sm">
        {label}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {error && (
        <p id={`${id}-error`} role="alert" className="mt-1.5 text-[13px] text-danger">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-[13px] text-muted leading-snug">
          {hint}
        </p>
      )}
    </div>
  );
}

export function TextField({ label, hint, error, className, ...props }: Labelled & ComponentProps<'input'>) {
  return (
    <Field label={label} hint={hint} error={error} className={className}>
      {(attributes) => (
        <input type="text" className={clsx(fieldLook, 'min-h-10 pointer-coarse:min-h-11')} {...attributes} {...props} />
      )}
    </Field>
  );
}

export function TextAreaField({ label, hint, error, className, ...props }: Labelled & ComponentProps<'textarea'>) {
  return (
    <Field label={label} hint={hint} error={error} className={className}>
      {(attributes) => (
        <textarea rows={4} className={clsx(fieldLook, 'py-2 leading-relaxed')} {...attributes} {...props} />
      )}
    </Field>
  );
}

export function SelectField({ label, hint, error, className, ...props }: Labelled & ComponentProps<'select'>) {
  return (
    <Field label={label} hint={hint} error={error} className={className}>
      {(attributes) => <Select {...attributes} {...props} />}
    </Field>
  );
}

export function Select({ className, ...props }: ComponentProps<'select'>) {
  return <select className={clsx(fieldLook, 'min-h-10 pr-8 pointer-coarse:min-h-11', className)} {...props} />;
}

interface CheckFieldProps extends ComponentProps<'input'> {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
}

/** A box to tick, with its words beside it. */
export function CheckField({ label, hint, className, ...props }: CheckFieldProps) {
  const id = useId();
  return (
    <div className={clsx('flex min-h-9 items-start gap-2.5 py-1.5 pointer-coarse:min-h-11', className)}>
      <input
        id={id}
        type="checkbox"
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-0.5 size-4.5 shrink-0 accent-(--accent)"
        {...props}
      />
      <div className="min-w-0 text-sm">
        <label htmlFor={id} className="block leading-snug">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="mt-0.5 text-[13px] text-muted leading-snug">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
