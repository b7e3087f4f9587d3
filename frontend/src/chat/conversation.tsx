import { ArrowDown } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useStickToBottom } from './use-stick-to-bottom.ts';

interface ConversationProps {
  readonly children: ReactNode;
  /** What stands first: see `useStickToBottom`. */
  readonly firstKey?: string | undefined;
  /** Changes when the reader sends something, which leads back to the end. */
  readonly sentKey: string | undefined;
  readonly onNearTop?: () => void;
}

/** The scrolling column of messages. */
export function Conversation({ children, firstKey, sentKey, onNearTop = () => undefined }: ConversationProps) {
  const { scroller, content, away, jump, onScroll } = useStickToBottom(firstKey, onNearTop);

  useEffect(() => {
    if (sentKey !== undefined) jump();
  }, [sentKey, jump]);

  return (
    <div className="relative min-h-0 grow">
      <section
        ref={scroller}
        onScroll={onScroll}
        aria-label="Messages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        data-testid="messages"
        className="h-full overflow-y-auto overscroll-contain [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <div ref={content} className="mx-auto flex max-w-[46rem] flex-col gap-7 px-4 pt-6 pb-8 md:px-5">
          {children}
        </div>
      </section>
      <div
        aria-hidden="true"
        className="pointer-events-none absolute inset-x-0 bottom-0 h-6 bg-linear-to-t from-bg to-transparent"
      />
      {away && (
        <button
          type="button"
          aria-label="Jump to the newest message"
          title="Jump to the newest message"
          data-testid="jump"
          onClick={jump}
          className="fade-in absolute bottom-3 left-1/2 inline-flex size-9 -translate-x-1/2 items-center justify-center rounded-full border border-line bg-raised shadow-card hover:bg-hover pointer-coarse:size-11"
        >
          <ArrowDown size={17} />
        </button>
      )}
    </div>
  );
}
