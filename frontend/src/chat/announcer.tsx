import { useEffect, useRef, useState } from 'react';
import type { Turn } from '../state/turns.ts';
import { announcementOf } from './announcement.ts';

interface AnnouncerProps {
  readonly turns: readonly Turn[];
  readonly agentName: string;
}

/** Reads out how a run ended, once; reading out every delta would be noise. */
export function Announcer({ turns, agentName }: AnnouncerProps) {
  const live = useRef<ReadonlySet<string>>(new Set());
  const [text, setText] = useState('');

  useEffect(() => {
    const ended = turns.findLast((turn) => turn.phase === 'ended' && live.current.has(turn.id));
    live.current = new Set(turns.filter((turn) => turn.phase !== 'ended').map((turn) => turn.id));
    if (ended) setText(announcementOf(ended, agentName));
  }, [turns, agentName]);

  return (
    <p aria-live="polite" className="sr-only" data-testid="announcer">
      {text}
    </p>
  );
}
