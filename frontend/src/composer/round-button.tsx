import type { ReactNode } from 'react';

interface RoundButtonProps {
  readonly label: string;
  readonly testId: string;
  readonly children: ReactNode;
  readonly disabled: boolean;
  readonly primary?: boolean;
  readonly submit?: boolean;
  readonly onClick?: (() => void) | undefined;
}

export function RoundButton({
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
