import { TriangleAlert } from 'lucide-react';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { Button } from '../kit/button.tsx';
import { spanOf } from '../usage/days.ts';
import { useUsage } from '../usage/use-usage.ts';
import { unpricedModels } from './unpriced-models.ts';
import { useEveryPrice } from './use-prices.ts';

interface UnpricedListProps {
  readonly onSet: (model: string) => void;
}

/** For whoever may set prices: what worked this month without one. Takes no place when there is nothing. */
export function UnpricedList({ onSet }: UnpricedListProps) {
  const { id: workspaceId } = useThisWorkspace();
  const { from, to } = spanOf('month', new Date());
  const { data: usage } = useUsage(workspaceId, 'model', from, to);
  const { data: prices } = useEveryPrice(workspaceId);
  if (!usage || !prices) return null;
  const models = unpricedModels(usage, prices);
  if (models.length === 0) return null;
  return (
    <div className="mb-4 rounded-xl border border-warning-line bg-warning-soft px-4 py-3 text-sm">
      <p className="flex items-start gap-2.5 text-warning">
        <TriangleAlert size={16} className="mt-0.5 shrink-0" />
        Nobody has said what these models cost. What they did this month is not in the cost, and no budget counts it.
      </p>
      <ul className="mt-1 sm:ml-6.5">
        {models.map(({ model, calls }) => (
          <li
            key={model}
            className="flex flex-wrap items-center justify-end gap-x-4 gap-y-1 py-1.5"
            data-testid="unpriced-model"
          >
            <span className="min-w-40 grow basis-0 [overflow-wrap:anywhere]">
              <span className="font-mono text-[13px]">{model}</span>
              <span className="block text-[13px] text-muted">
                {calls.toLocaleString('en')} {calls === 1 ? 'call' : 'calls'}
              </span>
            </span>
            <Button onClick={() => onSet(model)} aria-label={`Set a price for ${model}`} data-testid="set-price">
              Set a price
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
