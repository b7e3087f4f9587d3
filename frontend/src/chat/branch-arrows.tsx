import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import type { RunId } from '#core/protocol/ids.ts';
import { IconButton } from '../kit/button.tsx';
import type { Versions } from '../state/turns.ts';
import { useThread } from './thread-context.ts';

interface BranchArrowsProps {
  /** What there are several of: "message", "answer". */
  readonly of: string;
  readonly versions: Versions;
}

/** "2 / 3": leads from one version to the next, by its buttons or the arrow keys. */
export function BranchArrows({ of, versions }: BranchArrowsProps) {
  const { choose } = useThread();
  const { position, count, previous, next } = versions;

  function onKeyDown(event: KeyboardEvent): void {
    const wanted = event.key === 'ArrowLeft' ? previous : event.key === 'ArrowRight' ? next : undefined;
    if (!wanted) return;
    event.preventDefault();
    choose(wanted);
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div
      role="group"
      aria-label={`Versions of this ${of}`}
      data-testid={`${of}-versions`}
      className="flex items-center text-[13px] text-muted"
      onKeyDown={onKeyDown}
    >
      <Arrow label={`Previous ${of}`} to={previous} onChoose={choose}>
        <ChevronLeft size={16} />
      </Arrow>
      <span aria-live="polite" className="min-w-8 text-center tabular-nums">
        <span className="sr-only">Version </span>
        {position} / {count}
      </span>
      <Arrow label={`Next ${of}`} to={next} onChoose={choose}>
        <ChevronRight size={16} />
      </Arrow>
    </div>
  );
}

interface ArrowProps {
  readonly label: string;
  readonly to: RunId | undefined;
  readonly onChoose: (runId: RunId) => void;
  readonly children: React.ReactNode;
}

/** Not `disabled` at the end: the focus stays, so that the other arrow key leads back. */
function Arrow({ label, to, onChoose, children }: ArrowProps) {
  return (
    <IconButton
      label={label}
      aria-disabled={!to}
      onClick={() => to && onChoose(to)}
      className="size-8! aria-disabled:opacity-40 aria-disabled:hover:bg-transparent pointer-coarse:size-11!"
    >
      {children}
    </IconButton>
  );
}
