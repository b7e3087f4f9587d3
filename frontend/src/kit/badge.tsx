import { clsx } from 'clsx';
import type { ReactNode } from 'react';

const kinds = {
  plain: 'border-line bg-sunken text-muted',
  good: 'border-good/40 bg-good/10 text-good',
  warning: 'border-warning-line bg-warning-soft text-warning',
  danger: 'border-danger-line bg-danger-soft text-danger',
  accent: 'border-accent/35 bg-accent/10 text-link',
} as const;

interface BadgeProps {
  readonly children: ReactNode;
  readonly kind?: keyof typeof kinds;
}

export function Badge({ children, kind = 'plain' }: BadgeProps) {
  return (
    <span
      className={clsx(
        'inline-flex shrink-0 items-center rounded-full border px-2 py-0.5 font-medium text-[12px] leading-4',
        kinds[kind],
      )}
    >
      {children}
    </span>
  );
}
