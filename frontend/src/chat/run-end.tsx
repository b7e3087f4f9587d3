import { CircleAlert, CircleStop, RotateCcw } from 'lucide-react';
import type { Run } from '#core/protocol/run.ts';
import { usePlatform } from '../app/platform-context.ts';
import { Button } from '../kit/button.tsx';
import { useStore } from '../state/use-store.ts';

interface RunEndProps {
  readonly run: Run;
  readonly retried: boolean;
}

/** How a run ended, when it did not simply complete. */
export function RunEnd({ run, retried }: RunEndProps) {
  if (run.status === 'cancelled') {
    return (
      <p className="flex items-center gap-2 text-[13.5px] text-muted" data-testid="run-stopped">
        <CircleStop size={14} />
        Stopped
      </p>
    );
  }
  if (run.status !== 'failed' && run.status !== 'timed_out') return null;
  return <RunFailure run={run} retried={retried} />;
}

function RunFailure({ run, retried }: RunEndProps) {
  const { outbox } = usePlatform();
  const retry = useStore(outbox.entries).find(({ request }) => 'retryOf' in request && request.retryOf === run.id);
  const message = run.error?.message ?? 'The run took too long and was stopped.';
  const again = () =>
    retry
      ? outbox.sendAgain(retry.clientRequestId)
      : outbox.add({ target: { threadId: run.threadId }, request: { retryOf: run.id } });

  if (retried) {
    return (
      <p className="flex gap-2 text-[13.5px] text-muted" data-testid="run-retried">
        <CircleAlert size={14} className="mt-[3px] shrink-0" />
        <span className="[overflow-wrap:anywhere]">This try failed: {message}</span>
      </p>
    );
  }
  const busy = retry !== undefined && retry.state.status !== 'failed';
  return (
    <div
      data-testid="run-failed"
      className="flex flex-wrap items-center gap-x-3 gap-y-2.5 rounded-xl border border-danger-line bg-danger-soft px-4 py-3"
    >
      <CircleAlert size={17} className="shrink-0 text-danger" />
      <div className="min-w-48 grow basis-0 text-sm leading-relaxed">
        <p className="font-medium text-danger">The agent could not finish</p>
        <p className="[overflow-wrap:anywhere]">{message}</p>
        {retry?.state.status === 'failed' && (
          <p className="text-danger">Retrying did not work: {retry.state.message}</p>
        )}
      </div>
      <Button onClick={again} disabled={busy} data-testid="retry">
        <RotateCcw size={15} />
        {busy ? 'Retrying' : 'Retry'}
      </Button>
    </div>
  );
}
