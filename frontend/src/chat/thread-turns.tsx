import type { ThreadView } from '#core/protocol/thread-view.ts';
import { usePlatform } from '../app/platform-context.ts';
import type { RunNotes } from '../state/run-notes.ts';
import { type Turn, workingSinceMs } from '../state/turns.ts';
import { useStore } from '../state/use-store.ts';
import { TurnView } from './turn-view.tsx';

interface ThreadTurnsProps {
  readonly turns: readonly Turn[];
  readonly view: ThreadView;
  readonly notes: RunNotes;
  readonly agentName: string;
}

export function ThreadTurns({ turns, view, notes, agentName }: ThreadTurnsProps) {
  const connected = useStore(usePlatform().socket.status).status === 'open';
  return turns.map((turn) => (
    <TurnView
      key={turn.id}
      turn={turn}
      agentName={agentName}
      notices={turn.run && notes.notices[turn.run.id]}
      workingSinceMs={turn.run && turn.phase === 'live' ? workingSinceMs(turn.run, view) : 0}
      // Only what goes on is drawn differently while the connection is away.
      connected={turn.phase !== 'live' || connected}
    />
  ));
}
