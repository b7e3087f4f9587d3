import { useEffect, useState } from 'react';
import { elapsed } from '../format/time.ts';

interface WorkingRowProps {
  readonly activity: string;
  readonly sinceMs: number;
  readonly connected: boolean;
}

/** Says that an agent is busy, with what, and for how long. */
export function WorkingRow({ activity, sinceMs, connected }: WorkingRowProps) {
  const nowMs = useSecond();
  return (
    <div className="flex min-h-7 items-center gap-2.5 text-[13.5px] text-muted" data-testid="working">
      <span aria-hidden="true" className="flex gap-1">
        {[0, 160, 320].map((delayMs) => (
          <span
            key={delayMs}
            className="pulse-dot size-1.5 rounded-full bg-accent"
            style={{ animationDelay: `${delayMs}ms` }}
          />
        ))}
      </span>
      <span>{connected ? activity : 'Still working, as far as we know'}</span>
      <span className="tabular-nums" data-testid="elapsed">
        {elapsed(nowMs - sinceMs)}
      </span>
    </div>
  );
}

function useSecond(): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}
