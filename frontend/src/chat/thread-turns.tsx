import type { ThreadView } from '#core/protocol/thread-view.ts';
import { usePlatform } from '../app/platform-context.ts';
import type { OutboxEntry } from '../state/outbox.ts';
import type { RunNotes } from '../state/run-notes.ts';
import { type Turn, workingSinceMs } from '../state/turns.ts';
import { useStore } from '../state/use-store.ts';
import { TurnView } from './turn-view.tsx';

interface ThreadTurnsProps {
  readonly turns: readonly Turn[];
  readonly steers: readonly OutboxEntry[];
  readonly onTakeBack: (text: string) => void;
  readonly view: ThreadView;
  readonly notes: RunNotes;
}

const none: readonly OutboxEntry[] = [];

export function ThreadTurns({ turns, steers, onTakeBack, view, notes }: ThreadTurnsProps) {
  const connected = useStore(usePlatform().socket.status).status === 'open';
  return turns.map((turn) => {
    const live = turn.phase === 'live';
    return (
      <TurnView
        key={turn.key}
        turn={turn}
        steers={live ? steers : none}
        onTakeBack={onTakeBack}
        notices={turn.run && turn.phase !== 'asked' ? notes.notices[turn.run.id] : undefined}
        workingSinceMs={turn.run && live ? workingSinceMs(turn.run, view) : 0}
        // Only what goes on is drawn differently while the connection is away.
        connected={!live || connected}
      />
    );
  });
}
