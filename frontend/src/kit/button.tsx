import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

const kinds = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover disabled:opacity-50 aria-disabled:opacity-50',
  plain: 'border border-line bg-raised hover:bg-hover disabled:opacity-50 aria-disabled:opacity-50',
  danger: 'bg-danger-fill text-on-accent hover:brightness-110 disabled:opacity-50 aria-disabled:opacity-50',
  quiet: 'text-muted hover:bg-hover hover:text-text disabled:opacity-50 aria-disabled:opacity-50',
} as const;

interface ButtonProps extends ComponentProps<'button'> {
  readonly kind?: keyof typeof kinds;
}

/** The look of a button, for links that lead to where something is done. */
export const buttonLook = (kind: keyof typeof kinds = 'plain', className?: string): string =>
  clsx(
    'inline-flex min-h-9 items-center justify-center gap-2 rounded-lg px-3.5 text-sm font-medium transition-colors pointer-coarse:min-h-11',
    kinds[kind],
    className,
  );

export function Button({ kind = 'plain', className, type = 'button', ...props }: ButtonProps) {
  return <button type={type} className={buttonLook(kind, className)} {...props} />;
}

interface IconButtonProps extends ComponentProps<'button'> {
  /** What it does, for those who do not see the icon. */
  readonly label: string;
}

export function IconButton({ label, className, type = 'button', ...props }: IconButtonProps) {
  const look =
    'inline-flex size-9 shrink-0 items-center justify-center rounded-lg text-muted transition-colors hover:bg-hover hover:text-text disabled:opacity-50 pointer-coarse:size-11';
  return <button type={type} aria-label={label} title={label} className={clsx(look, className)} {...props} />;
}
