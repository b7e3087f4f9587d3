import { clsx } from 'clsx';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';

interface DisclosureProps {
  /** What stands in the line that is always shown. */
  readonly summary: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
  readonly buttonClassName?: string;
  readonly testId?: string;
}

/** A line that opens to show more. What is inside is drawn only while it is open. */
export function Disclosure({ summary, children, className, buttonClassName, testId }: DisclosureProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className={className} data-testid={testId}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className={clsx('flex w-full min-w-0 items-center gap-2.5 text-left', buttonClassName)}
      >
        {summary}
        <ChevronRight size={15} className={clsx('shrink-0 text-muted transition-transform', open && 'rotate-90')} />
      </button>
      {open && <div id={id}>{children}</div>}
    </div>
  );
}
