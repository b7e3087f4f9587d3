import { CornerDownRight } from 'lucide-react';

interface SteerButtonProps {
  readonly disabled: boolean;
  readonly onClick: () => void;
}

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Sends a message into the run that goes on, instead of after it. */
export function SteerButton({ disabled, onClick }: SteerButtonProps) {
  const keys = isMac ? '⌘↵' : 'Ctrl ↵';
  return (
    <button
      type="button"
      disabled={disabled}
      onClick={onClick}
      data-testid="steer-send"
      aria-keyshortcuts="Control+Enter Meta+Enter"
      title="The agent reads it at its next step. Enter alone sends it after this answer."
      className="fade-in inline-flex min-h-9 shrink-0 items-center gap-1.5 rounded-full border border-line-strong px-3 font-medium text-[13px] transition-colors enabled:hover:bg-hover disabled:opacity-50 pointer-coarse:min-h-11"
    >
      <CornerDownRight size={14} />
      Steer now
      <kbd className="font-sans text-[12px] text-muted max-sm:hidden pointer-coarse:hidden">{keys}</kbd>
    </button>
  );
}
