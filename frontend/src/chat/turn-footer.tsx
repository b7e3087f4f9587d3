import { RefreshCw } from 'lucide-react';
import { usePlatform } from '../app/platform-context.ts';
import { IconButton } from '../kit/button.tsx';
import { CopyButton } from '../kit/copy-button.tsx';
import { answersOf } from '../state/rows.ts';
import type { Turn } from '../state/turns.ts';
import { useStore } from '../state/use-store.ts';
import { BranchArrows } from './branch-arrows.tsx';
import { RunCost } from './run-cost.tsx';
import { useThread } from './thread-context.ts';

/** What can be done with an answer that is there, and what it cost. */
export function TurnFooter({ turn }: { readonly turn: Turn }) {
  const { regenerate } = useThread();
  const { outbox } = usePlatform();
  const { run, items, answers } = turn;
  const refused = useStore(outbox.entries).find(
    ({ request, state }) => 'regenerate' in request && request.regenerate === run?.id && state.status === 'failed',
  );
  const text = answersOf(items)
    .map((item) => item.text)
    .join('\n\n')
    .trim();
  return (
    <>
      {refused?.state.status === 'failed' && (
        <p role="alert" className="text-[13px] text-danger">
          Asking for another answer did not work. {refused.state.message}
        </p>
      )}
      <div className="-mt-2 -mb-4 -ml-2 flex min-h-8 flex-wrap items-center pointer-coarse:-mb-2 pointer-coarse:min-h-11">
        {answers && <BranchArrows of="answer" versions={answers} />}
        <div className="flex items-center opacity-0 transition-opacity focus-within:opacity-100 group-last/turn:opacity-100 group-hover/turn:opacity-100 pointer-coarse:opacity-100">
          {text !== '' && <CopyButton label="Copy answer" text={() => text} />}
          {run && (
            <IconButton
              label="Answer again"
              data-testid="regenerate"
              className="size-8! pointer-coarse:size-11!"
              onClick={() => {
                if (refused) outbox.discard(refused.clientRequestId);
                regenerate(run.id);
              }}
            >
              <RefreshCw size={15} />
            </IconButton>
          )}
          {run?.usage && <RunCost usage={run.usage} />}
        </div>
      </div>
    </>
  );
}
