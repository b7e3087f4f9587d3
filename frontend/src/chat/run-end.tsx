import { CircleAlert, CircleStop, RotateCcw } from 'lucide-react';
import type { Run } from '#core/protocol/run.ts';
import { usePlatform } from '../app/platform-context.ts';
import { Button } from '../kit/button.tsx';
import { TextButton } from '../kit/text-button.tsx';
import { useStore } from '../state/use-store.ts';
import { useThread } from './thread-context.ts';

/** How a run ended, when it did not simply complete, and how it can go on. */
export function RunEnd({ run }: { readonly run: Run }) {
  const { again, state } = useRetry(run);
  if (run.status === 'cancelled') {
    return (
      <p className="flex flex-wrap items-center gap-x-2 text-[13.5px] text-muted" data-testid="run-stopped">
        <CircleStop size={14} />
        Stopped
        {state?.status === 'failed' && <span className="text-danger">{state.message}</span>}
        {state && state.status !== 'failed' ? (
          <span className="px-1.5">Going on</span>
        ) : (
          <TextButton onClick={again} testId="continue">
            Continue
          </TextButton>
        )}
      </p>
    );
  }
  if (run.status !== 'failed' && run.status !== 'timed_out') return null;
  const busy = state !== undefined && state.status !== 'failed';
  return (
    <div
      data-testid="run-failed"
      className="flex flex-wrap items-center gap-x-3 gap-y-2.5 rounded-xl border border-danger-line bg-danger-soft px-4 py-3"
    >
      <CircleAlert size={17} className="shrink-0 text-danger" />
      <div className="min-w-48 grow basis-0 text-sm leading-relaxed">
        <p className="font-medium text-danger">{endTitle(run)}</p>
        <p className="[overflow-wrap:anywhere]">
          {run.error?.message ?? 'The run worked for longer than it may and was stopped.'}
        </p>
        {state?.status === 'failed' && <p className="text-danger">Retrying did not work: {state.message}</p>}
      </div>
      <Button onClick={again} disabled={busy} data-testid="retry">
        <RotateCcw size={15} />
        {busy ? 'Retrying' : 'Retry'}
      </Button>
    </div>
  );
}

function endTitle({ status, error }: Run): string {
  if (status === 'timed_out') return 'Out of time';
  switch (error?.code) {
    case 'turn_limit':
    case 'token_limit':
    case 'cost_limit':
      return 'A limit of the agent was reached';
    case 'budget_stopped':
      return 'A budget is used up';
    default:
      return 'The agent could not finish';
  }
}

/** Tries a run again from where it got to; `state` is that of the request. */
function useRetry(run: Run) {
  const { outbox } = usePlatform();
  const thread = useThread();
  const retry = useStore(outbox.entries).find(({ request }) => 'retryOf' in request && request.retryOf === run.id);
  const again = () => (retry ? outbox.sendAgain(retry.clientRequestId) : thread.retry(run.id));
  return { again, state: retry?.state };
}
