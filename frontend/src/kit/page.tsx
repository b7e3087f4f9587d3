import { clsx } from 'clsx';
import type { ReactNode } from 'react';

interface PageBodyProps {
  readonly children: ReactNode;
  readonly width?: 'text' | 'list' | 'full';
}

const widths = { text: 'max-w-3xl', list: 'max-w-5xl', full: 'max-w-none' } as const;

/** What stands below a page's header, and scrolls. */
export function PageBody({ children, width = 'text' }: PageBodyProps) {
  return (
    <div className="min-h-0 grow overflow-y-auto overscroll-contain">
      <div
        className={clsx(
          'mx-auto flex w-full flex-col gap-6 px-4 pt-5 pb-[max(3rem,env(safe-area-inset-bottom))] md:px-8 md:pt-7',
          widths[width],
        )}
      >
        {children}
      </div>
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly text?: ReactNode;
  readonly action?: ReactNode;
  readonly children?: ReactNode;
  readonly danger?: boolean;
  readonly testId?: string;
}

/** One subject of a page: its name, what it is about, what can be done with it. */
export function Section({ title, text, action, children, danger = false, testId }: SectionProps) {
  return (
    <section
      aria-label={title}
      data-testid={testId}
      className={clsx('rounded-2xl border bg-raised', danger ? 'border-danger-line' : 'border-line')}
    >
      {/* On a phone the words have the whole width, below the title and its button. */}
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-6 gap-y-1 px-4 pt-4 pb-3 sm:px-5">
        <h2 className="font-semibold text-[15px] py-2 leading-snug [overflow-wrap:anywhere] sm:py-0">{title}</h2>
        {action && <div className="sm:row-span-2">{action}</div>}
        {text && (
          <p className="col-span-2 max-w-prose text-muted text-sm leading-relaxed sm:col-span-1 sm:col-start-1">
            {text}
          </p>
        )}
      </div>
      {children && <div className="px-4 pb-4 sm:px-5 sm:pb-5">{children}</div>}
    </section>
  );
}

interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly icon?: ReactNode;
}

export function EmptyState({ title, children, action, icon }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center px-4 py-10 text-center">
      {icon && <span className="mb-3 text-muted">{icon}</span>}
      <p className="font-medium">{title}</p>
      {children && <p className="mt-1 max-w-sm text-muted text-sm leading-relaxed">{children}</p>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}
