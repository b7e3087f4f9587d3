import { CircleAlert, Clock } from 'lucide-react';
import { usePlatform } from '../app/platform-context.ts';
import { TextButton } from '../kit/text-button.tsx';
import type { OutboxEntry } from '../state/outbox.ts';
import { useStore } from '../state/use-store.ts';
import { UserBubble } from './user-bubble.tsx';

interface PendingMessageProps {
  readonly entry: OutboxEntry;
  /** Takes the text back into the composer. */
  readonly onEdit: (text: string) => void;
}

/** A message on its way: shown at once, said to be waiting when it is, never lost without a word. */
export function PendingMessage({ entry, onEdit }: PendingMessageProps) {
  const { outbox, socket } = usePlatform();
  const connected = useStore(socket.status).status === 'open';
  const { clientRequestId, request, state } = entry;
  if (!('input' in request)) return null;
  const { text } = request.input;

  function edit(): void {
    outbox.discard(clientRequestId);
    onEdit(text);
  }

  if (state.status === 'failed') {
    return (
      <UserBubble text={text} pending>
        <div
          role="alert"
          className="flex max-w-[85%] flex-wrap items-center justify-end gap-x-1 text-[13px] text-danger"
        >
          <CircleAlert size={14} className="mr-1" />
          <span className="mr-2">Not sent. {state.message}</span>
          <TextButton onClick={() => outbox.sendAgain(clientRequestId)} testId="send-again">
            Send again
          </TextButton>
          <TextButton onClick={edit}>Edit</TextButton>
        </div>
      </UserBubble>
    );
  }
  return (
    <UserBubble text={text} pending>
      {connected ? (
        <span className="text-[13px] text-muted">Sending</span>
      ) : (
        <span className="flex items-center gap-1.5 text-[13px] text-muted" data-testid="waiting-for-connection">
          <Clock size={13} />
          Waiting for connection
          {state.status === 'waiting' && <TextButton onClick={edit}>Edit</TextButton>}
        </span>
      )}
    </UserBubble>
  );
}
