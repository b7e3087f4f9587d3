import { clsx } from 'clsx';
import { ArrowUp, CornerDownRight } from 'lucide-react';

interface SteerButtonProps {
  readonly disabled: boolean;
  readonly onClick: () => void;
}

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);
const look =
  'fade-in inline-flex min-h-9 shrink-0 items-center gap-1.5 rounded-full px-3 font-medium text-[13px] transition-colors disabled:opacity-50 pointer-coarse:min-h-11';

/** Sends a message into the run that goes on, instead of after it. */
export function SteerButton({ disabled, onClick }: SteerButtonProps) {
  return (
    <button
      type="button"
      disabled={disabled}
      onClick={onClick}
      data-testid="steer-send"
      aria-label="Steer: to be read within this answer"
      aria-keyshortcuts="Control+Enter Meta+Enter"
      title="The agent reads it at its next step"
      className={clsx(look, 'border border-line-strong enabled:hover:bg-hover')}
    >
      <CornerDownRight size={14} />
      Steer
      <Keys className="text-muted">{isMac ? '⌘↵' : 'Ctrl ↵'}</Keys>
    </button>
  );
}

/** Sends a message that waits until the run has ended. */
export function QueueButton({ disabled }: Pick<SteerButtonProps, 'disabled'>) {
  return (
    <button
      type="submit"
      disabled={disabled}
      data-testid="send"
      aria-label="Queue: send after this answer"
      aria-keyshortcuts="Enter"
      title="The agent reads it after this answer"
      className={clsx(look, 'bg-accent text-on-accent enabled:hover:bg-accent-hover')}
    >
      <ArrowUp size={15} />
      Queue
      <Keys>↵</Keys>
    </button>
  );
}

/** Told to screen readers by `aria-keyshortcuts`. */
const Keys = ({ className, children }: { readonly className?: string; readonly children: string }) => (
  <span aria-hidden="true" className={clsx('text-[12px] max-sm:hidden pointer-coarse:hidden', className)}>
    {children}
  </span>
);
