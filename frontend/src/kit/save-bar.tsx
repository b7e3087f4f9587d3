import { Button } from './button.tsx';

interface SaveBarProps {
  readonly dirty: boolean;
  readonly saving: boolean;
  readonly problem?: string | null;
  readonly onDiscard: () => void;
  readonly action?: string;
}

/** Stays in sight below a long form as soon as something in it was changed. */
export function SaveBar({ dirty, saving, problem, onDiscard, action = 'Save' }: SaveBarProps) {
  if (!dirty && !problem) return null;
  return (
    <div className="fade-in sticky bottom-3 z-10 mt-2 flex flex-wrap items-center justify-end gap-x-3 gap-y-2 rounded-xl border border-line-strong bg-raised px-4 py-2.5 shadow-card">
      <p
        role={problem ? 'alert' : 'status'}
        className={`grow text-sm ${problem ? 'min-w-40 text-danger' : 'text-muted max-sm:sr-only'}`}
      >
        {problem ?? 'Not saved yet'}
      </p>
      <Button onClick={onDiscard} disabled={saving}>
        Discard
      </Button>
      <Button kind="primary" type="submit" disabled={saving} data-testid="save">
        {saving ? 'Saving…' : action}
      </Button>
    </div>
  );
}
