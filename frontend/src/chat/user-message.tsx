import { Pencil } from 'lucide-react';
import { useRef, useState } from 'react';
import { IconButton } from '../kit/button.tsx';
import { CopyButton } from '../kit/copy-button.tsx';
import type { Turn } from '../state/turns.ts';
import { BranchArrows } from './branch-arrows.tsx';
import { EditMessage } from './edit-message.tsx';
import { useThread } from './thread-context.ts';
import { UserBubble } from './user-bubble.tsx';

/** What was asked, with what can be done about it. */
export function UserMessage({ turn }: { readonly turn: Turn }) {
  const { edit } = useThread();
  const [editing, setEditing] = useState(false);
  const editButton = useRef<HTMLButtonElement>(null);
  const { input, run, phase, messages } = turn;
  if (!input) return null;
  const { text } = input;

  if (editing && run) {
    return (
      <EditMessage
        key={run.id}
        text={text}
        onSend={(next) => edit(run.id, next)}
        onClose={() => {
          setEditing(false);
          // Drawn again first; then the focus goes back to where it came from.
          requestAnimationFrame(() => editButton.current?.focus());
        }}
      />
    );
  }
  return (
    <UserBubble
      key={input.id}
      text={text}
      actions={
        <div className="flex shrink-0 opacity-0 transition-opacity focus-within:opacity-100 group-hover/turn:opacity-100 pointer-coarse:-mb-3 pointer-coarse:opacity-100">
          <CopyButton label="Copy message" text={() => text} />
          {phase === 'ended' && run && (
            <IconButton
              ref={editButton}
              label="Edit message"
              data-testid="edit-message"
              className="size-8! pointer-coarse:size-11!"
              onClick={() => setEditing(true)}
            >
              <Pencil size={15} />
            </IconButton>
          )}
        </div>
      }
    >
      {messages && (
        <div className="-mt-0.5 -mr-2 -mb-2">
          <BranchArrows of="message" versions={messages} />
        </div>
      )}
    </UserBubble>
  );
}
