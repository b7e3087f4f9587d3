import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { createStore } from '../state/store.ts';
import { useStore } from '../state/use-store.ts';

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly kind: 'done' | 'failed';
}

const notices = createStore<readonly Notice[]>([]);
let count = 0;

function add(kind: Notice['kind'], text: string): void {
  count += 1;
  const notice = { id: count, text, kind };
  notices.update((now) => [...now.slice(-2), notice]);
}

/** Says in passing what came of something that was asked for. What must be acted on belongs beside its cause instead. */
export const toast = {
  done: (text: string): void => add('done', text),
  failed: (text: string): void => add('failed', text),
};

const remove = (id: number): void => notices.update((now) => now.filter((notice) => notice.id !== id));

/** Not Radix's: that one takes the Escape key from the dialog below it. */
export function Toasts() {
  return (
    <section
      aria-label="Notices"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 top-0 z-60 mx-auto flex w-full max-w-sm flex-col gap-2 p-3 pt-[max(0.75rem,env(safe-area-inset-top))]"
    >
      {useStore(notices).map((notice) => (
        <Toast key={notice.id} notice={notice} />
      ))}
    </section>
  );
}

const shownMs = { done: 4_000, failed: 8_000 };

function Toast({ notice: { id, kind, text } }: { readonly notice: Notice }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => remove(id), shownMs[kind]);
    return () => clearTimeout(timer);
  }, [held, id, kind]);
  return (
    <div
      data-testid="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      className="fade-in pointer-events-auto flex items-center gap-2.5 rounded-xl border border-line bg-raised py-2 pr-2 pl-3.5 text-sm text-text shadow-menu"
    >
      {kind === 'done' ? (
        <CircleCheck size={17} className="shrink-0 text-good" />
      ) : (
        <CircleAlert size={17} className="shrink-0 text-danger" />
      )}
      <p className="min-w-0 grow [overflow-wrap:anywhere]">{text}</p>
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => remove(id)}
        className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text pointer-coarse:size-11"
      >
        <X size={15} />
      </button>
    </div>
  );
}
