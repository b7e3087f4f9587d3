import { clsx } from 'clsx';
import { type ReactNode, useId, useState } from 'react';
import { TextButton } from '../kit/text-button.tsx';

interface UserBubbleProps {
  readonly text: string;
  /** Not with the server yet. */
  readonly pending?: boolean;
  /** What can be done with the message: beside it, or below it where there is no pointer that hovers. */
  readonly actions?: ReactNode;
  /** What is to be said about the message, below it. */
  readonly children?: ReactNode;
}

/** What is longer is folded: the answer is what people came for. */
const longTextLength = 1_500;
const longTextLines = 20;

export function UserBubble({ text, pending = false, actions, children }: UserBubbleProps) {
  const id = useId();
  const long = text.length > longTextLength || text.split('\n', longTextLines + 1).length > longTextLines;
  const [folded, setFolded] = useState(true);
  return (
    <article className="flex flex-col items-end gap-1.5" data-testid={pending ? 'pending-message' : 'user-message'}>
      <h2 className="sr-only">You</h2>
      <div className="flex w-full items-end justify-end gap-1 pointer-coarse:flex-col-reverse">
        {actions}
        <div
          id={id}
          className={clsx(
            'max-w-[min(85%,36rem)] whitespace-pre-wrap rounded-2xl rounded-br-md bg-bubble px-4 py-2.5 leading-relaxed [overflow-wrap:anywhere]',
            pending && 'opacity-75',
            long && folded && 'max-h-64 overflow-hidden [mask-image:linear-gradient(#000_60%,transparent)]',
          )}
        >
          {text}
        </div>
      </div>
      {long && (
        <TextButton onClick={() => setFolded(!folded)} aria-expanded={!folded} aria-controls={id} testId="fold">
          {folded ? 'Show all' : 'Show less'}
        </TextButton>
      )}
      {children}
    </article>
  );
}
