import { Hourglass } from 'lucide-react';
import { elapsed } from '../format/time.ts';
import { useNow } from '../kit/use-now.ts';
import type { Activity } from '../state/activity.ts';

interface WorkingRowProps {
  readonly activity: Activity;
  readonly sinceMs: number;
  readonly connected: boolean;
}

/** Says that an agent is busy, with what, and for how long; or what it waits for. */
export function WorkingRow({ activity: { text, waits }, sinceMs, connected }: WorkingRowProps) {
  const look = 'flex min-h-7 items-center gap-2.5 text-[13.5px]';
  if (waits) {
    return (
      <div className={`${look} text-warning`} data-testid="working" data-waits="true">
        <Hourglass size={15} className="shrink-0" />
        <span>{text}</span>
      </div>
    );
  }
  return (
    <div className={`${look} text-muted`} data-testid="working">
      <span aria-hidden="true" className="flex gap-1">
        {[0, 160, 320].map((delayMs) => (
          <span
            key={delayMs}
            className="pulse-dot size-1.5 rounded-full bg-accent"
            style={{ animationDelay: `${delayMs}ms` }}
          />
        ))}
      </span>
      <span>{connected ? text : 'Still working, as far as we know'}</span>
      {sinceMs > 0 && <Elapsed sinceMs={sinceMs} />}
    </div>
  );
}

function Elapsed({ sinceMs }: { readonly sinceMs: number }) {
  const nowMs = useNow(1_000);
  return (
    <span className="tabular-nums" data-testid="elapsed">
      {elapsed(nowMs - sinceMs)}
    </span>
  );
}
