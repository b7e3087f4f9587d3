import { Clock, Info, RotateCcw } from 'lucide-react';
import { memo } from 'react';
import { TextButton } from '../kit/text-button.tsx';
import type { RunNote } from '../state/run-notes.ts';
import { activityOf, type Turn } from '../state/turns.ts';
import { ItemView } from './item-view.tsx';
import { RunEnd } from './run-end.tsx';
import { useStopRun } from './use-stop-run.ts';
import { WorkingRow } from './working-row.tsx';

interface TurnViewProps {
  readonly turn: Turn;
  readonly agentName: string;
  readonly notices: readonly RunNote[] | undefined;
  readonly workingSinceMs: number;
  readonly connected: boolean;
}

/** A message and everything that an agent made of it. */
export const TurnView = memo(
  function TurnView({ turn, agentName, notices, workingSinceMs, connected }: TurnViewProps) {
    const { run, items, phase } = turn;
    return (
      <div className="group/turn flex flex-col gap-3.5" data-testid="turn" data-run-status={run?.status}>
        {turn.again !== undefined && (
          <p className="flex min-w-0 items-center justify-end gap-2 text-[13px] text-muted" data-testid="try-again">
            <RotateCcw size={13} className="shrink-0" />
            <span className="truncate">Tried again{turn.again && `: ${turn.again}`}</span>
          </p>
        )}
        {items.map((item) => (
          <ItemView key={item.id} item={item} agentName={agentName} />
        ))}
        {notices?.map((notice) => (
          <p key={notice.seq} className="flex gap-2 text-[13.5px] text-muted" data-testid="notice">
            <Info size={14} className="mt-[3px] shrink-0" />
            {notice.message}
          </p>
        ))}
        {phase === 'live' && <WorkingRow activity={activityOf(turn)} sinceMs={workingSinceMs} connected={connected} />}
        {phase === 'behind' && run && <Queued runId={run.id} />}
        {phase === 'ended' && run && <RunEnd run={run} retried={turn.retried} />}
      </div>
    );
  },
  (before, after) =>
    sameTurn(before.turn, after.turn) &&
    before.agentName === after.agentName &&
    before.notices === after.notices &&
    before.workingSinceMs === after.workingSinceMs &&
    before.connected === after.connected,
);

/** Turns are made anew with each event; what they are made of is not. */
const sameTurn = (a: Turn, b: Turn): boolean =>
  a.run === b.run &&
  a.phase === b.phase &&
  a.retried === b.retried &&
  a.items.length === b.items.length &&
  a.items.every((item, index) => item === b.items[index]);

function Queued({ runId }: { readonly runId: NonNullable<Turn['run']>['id'] }) {
  const { stop, stopping } = useStopRun(runId);
  return (
    <p className="flex items-center justify-end gap-1.5 text-[13px] text-muted" data-testid="queued">
      <Clock size={13} />
      Queued, comes after the current answer
      {stopping ? <span className="px-1.5">Removing</span> : <TextButton onClick={stop}>Cancel</TextButton>}
    </p>
  );
}
