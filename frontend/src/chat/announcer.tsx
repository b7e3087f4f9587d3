import { useEffect, useRef, useState } from 'react';
import type { RunId } from '#core/protocol/ids.ts';
import type { Turn } from '../state/turns.ts';
import { announcementOf } from './announcement.ts';
import type { ThreadContextValue } from './thread-context.ts';

interface AnnouncerProps {
  readonly turns: readonly Turn[];
  readonly nameOf: ThreadContextValue['nameOf'];
}

/** Reads out how a run ended and what it waits for, once each; reading out every delta would be noise. */
export function Announcer({ turns, nameOf }: AnnouncerProps) {
  const live = useRef<ReadonlySet<RunId | undefined>>(new Set());
  const [text, setText] = useState('');

  useEffect(() => {
    const news = turns.findLast(
      ({ phase, run }) => phase === 'live' || (phase === 'ended' && live.current.has(run?.id)),
    );
    live.current = new Set(turns.filter(({ phase }) => phase !== 'ended').map(({ run }) => run?.id));
    const said = news && announcementOf(news, nameOf);
    if (said) setText(said);
  }, [turns, nameOf]);

  return (
    <p aria-live="polite" className="sr-only" data-testid="announcer">
      {text}
    </p>
  );
}
