import { Clock, Info } from 'lucide-react';
import { memo, useMemo } from 'react';
import type { RunId } from '#core/protocol/ids.ts';
import { TextButton } from '../kit/text-button.tsx';
import { activityOf } from '../state/activity.ts';
import type { OutboxEntry } from '../state/outbox.ts';
import { rowsOf } from '../state/rows.ts';
import type { RunNote } from '../state/run-notes.ts';
import { steerOutcome, type Turn } from '../state/turns.ts';
import { ItemView } from './item-view.tsx';
import { PendingMessage } from './pending-message.tsx';
import { RunEnd } from './run-end.tsx';
import { useThread } from './thread-context.ts';
import { TurnFooter } from './turn-footer.tsx';
import { useStopRun } from './use-stop-run.ts';
import { UserMessage } from './user-message.tsx';
import { WorkingRow } from './working-row.tsx';

interface TurnViewProps {
  readonly turn: Turn;
  /** Messages on their way into this run. */
  readonly steers: readonly OutboxEntry[];
  readonly onTakeBack: (text: string) => void;
  readonly notices: readonly RunNote[] | undefined;
  readonly workingSinceMs: number;
  readonly connected: boolean;
}

/** A message and everything that an agent made of it. */
export const TurnView = memo(
  function TurnView({ turn, steers, onTakeBack, notices, workingSinceMs, connected }: TurnViewProps) {
    const { run, items, phase } = turn;
    const { agentId } = useThread();
    const rows = useMemo(() => rowsOf(items, agentId), [items, agentId]);
    const busy = phase === 'live' || phase === 'asked';
    return (
      <div className="group/turn flex flex-col gap-3.5" data-testid="turn" data-run-status={run?.status}>
        <UserMessage turn={turn} />
        {rows.map((row) => (
          <ItemView key={row.item.id} row={row} steer={steerOutcome(turn, row.item.id)} />
        ))}
        {steers.map((entry) => (
          <PendingMessage key={entry.clientRequestId} entry={entry} onEdit={onTakeBack} />
        ))}
        {notices?.map((notice) => (
          <p key={notice.seq} className="flex gap-2 text-[13.5px] text-muted" data-testid="notice">
            <Info size={14} className="mt-[3px] shrink-0" />
            {notice.message}
          </p>
        ))}
        {busy && <WorkingRow activity={activityOf(turn)} sinceMs={workingSinceMs} connected={connected} />}
        {phase === 'behind' && run && <Queued runId={run.id} />}
        {phase === 'ended' && run && <RunEnd run={run} />}
        {phase === 'ended' && run && <TurnFooter turn={turn} />}
      </div>
    );
  },
  (before, after) =>
    sameTurn(before.turn, after.turn) &&
    sameEntries(before.steers, after.steers) &&
    before.notices === after.notices &&
    before.workingSinceMs === after.workingSinceMs &&
    before.connected === after.connected,
);

/** Turns are made anew with each event; what they are made of is not. */
const sameTurn = (a: Turn, b: Turn): boolean =>
  a.run === b.run &&
  a.input === b.input &&
  a.phase === b.phase &&
  sameVersions(a.messages, b.messages) &&
  sameVersions(a.answers, b.answers) &&
  a.items.length === b.items.length &&
  a.items.every((item, index) => item === b.items[index]);

const sameVersions = (a: Turn['messages'], b: Turn['messages']): boolean =>
  a?.position === b?.position && a?.count === b?.count && a?.previous === b?.previous && a?.next === b?.next;

const sameEntries = (a: readonly OutboxEntry[], b: readonly OutboxEntry[]): boolean =>
  a.length === b.length && a.every((entry, index) => entry === b[index]);

function Queued({ runId }: { readonly runId: RunId }) {
  const { stop, stopping } = useStopRun(runId);
  return (
    <p className="flex items-center justify-end gap-1.5 text-[13px] text-muted" data-testid="queued">
      <Clock size={13} />
      Queued, comes after the current answer
      {stopping ? <span className="px-1.5">Removing</span> : <TextButton onClick={stop}>Cancel</TextButton>}
    </p>
  );
}
