import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { Toast } from 'radix-ui';
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

export function Toasts() {
  return (
    <Toast.Provider label="Notice" swipeDirection="down" duration={5_000}>
      {useStore(notices).map(({ id, text, kind }) => (
        <Toast.Root
          key={id}
          type={kind === 'failed' ? 'foreground' : 'background'}
          onOpenChange={(open) => open || remove(id)}
          data-testid="toast"
          className="fade-in flex items-center gap-2.5 rounded-xl border border-line bg-raised py-2 pr-2 pl-3.5 text-sm text-text shadow-menu"
        >
          {kind === 'done' ? (
            <CircleCheck size={17} className="shrink-0 text-good" />
          ) : (
            <CircleAlert size={17} className="shrink-0 text-danger" />
          )}
          <Toast.Description className="min-w-0 grow [overflow-wrap:anywhere]">{text}</Toast.Description>
          <Toast.Close
            aria-label="Dismiss"
            className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-text pointer-coarse:size-11"
          >
            <X size={15} />
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport className="fixed right-0 bottom-0 z-60 flex w-full max-w-sm flex-col gap-2 p-4 pb-[max(1rem,env(safe-area-inset-bottom))] outline-none" />
    </Toast.Provider>
  );
}
