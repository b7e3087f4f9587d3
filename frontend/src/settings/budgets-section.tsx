import { useQueryClient } from '@tanstack/react-query';
import { Pencil, Plus, Trash2, Wallet } from 'lucide-react';
import { useState } from 'react';
import type { Budget, BudgetPeriod } from '#core/protocol/budget.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';
import { useEveryAgent } from '../app/use-workspace.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { formatDate } from '../format/date.ts';
import { usd } from '../format/usage.ts';
import { Button, IconButton } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { toast } from '../kit/toast.tsx';
import { BudgetDialog } from './budget-dialog.tsx';
import { useMemberNames } from './use-members.ts';

const periodNames: Record<BudgetPeriod, string> = { day: 'a day', month: 'a month', total: 'in all' };

/** What may be spent, by whom, in which time. */
export function BudgetsSection() {
  const { api } = usePlatform();
  const { id: workspaceId, role } = useThisWorkspace();
  const manages = mayManage(role);
  const queries = useQueryClient();
  const nameOf = useMemberNames(workspaceId);
  const agents = useEveryAgent().data ?? [];
  const [setting, setSetting] = useState<Budget | 'new' | null>(null);
  const [removing, setRemoving] = useState<Budget | null>(null);
  const queryKey = ['budgets', workspaceId];
  const budgets = usePages<Budget>(
    queryKey,
    (cursor, signal) =>
      api(
        'GET /v1/workspaces/{workspaceId}/budgets',
        { path: { workspaceId }, query: { limit: 50, ...(cursor && { cursor }) } },
        signal,
      ),
    // What is spent changes without anybody here doing anything.
    { staleTime: 0 },
  );

  function whose({ scope }: Budget): string {
    switch (scope.kind) {
      case 'workspace':
        return 'The whole workspace';
      case 'user':
        return nameOf(scope.userId);
      case 'agent':
        return agents.find(({ id }) => id === scope.agentId)?.name ?? 'An agent';
    }
  }

  async function remove({ id }: Budget): Promise<void> {
    await api('DELETE /v1/workspaces/{workspaceId}/budgets/{budgetId}', { path: { workspaceId, budgetId: id } });
    await queries.invalidateQueries({ queryKey });
    toast.done('The budget is gone.');
  }

  return (
    <Section
      title="Budgets"
      text="What a model call may cost at most is set aside before it is made. When that is not left, the run pauses and asks whether to raise the budget, to go on once, or to stop."
      action={
        manages && (
          <Button kind="primary" onClick={() => setSetting('new')} data-testid="new-budget">
            <Plus size={16} />
            New budget
          </Button>
        )
      }
    >
      <QueryView query={budgets} what="The budgets">
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon={<Wallet size={28} />} title="There is no budget yet">
              Without one, runs end only by their own limits.
            </EmptyState>
          ) : (
            <>
              <ul className="divide-y divide-line" data-testid="budgets">
                {list.map((budget) => (
                  <li key={budget.id} className="flex items-center gap-3 py-3.5" data-testid="budget">
                    <div className="min-w-0 grow">
                      <p className="flex flex-wrap justify-between gap-x-3 text-sm">
                        <span className="font-medium">{whose(budget)}</span>
                        <span className="tabular-nums">
                          {usd(budget.usedUsd * 1e6)}{' '}
                          <span className="text-muted">of {usd(budget.limitUsd * 1e6)}</span>{' '}
                          {periodNames[budget.period]}
                        </span>
                      </p>
                      <BudgetMeter budget={budget} label={`Spent: ${whose(budget)}`} />
                      {budget.resetsAt && (
                        <p className="mt-1 text-[12.5px] text-muted">Begins anew on {formatDate(budget.resetsAt)}</p>
                      )}
                    </div>
                    {manages && (
                      <div className="flex shrink-0">
                        <IconButton
                          label={`Change the budget: ${whose(budget)}`}
                          onClick={() => setSetting(budget)}
                          data-testid="change-budget"
                        >
                          <Pencil size={15} />
                        </IconButton>
                        <IconButton label={`Delete the budget: ${whose(budget)}`} onClick={() => setRemoving(budget)}>
                          <Trash2 size={15} />
                        </IconButton>
                      </div>
                    )}
                  </li>
                ))}
              </ul>
              <LoadMore query={budgets} />
            </>
          )
        }
      </QueryView>
      {setting && (
        <BudgetDialog
          budget={setting === 'new' ? null : setting}
          whose={setting === 'new' ? null : whose(setting)}
          onSaved={() => void queries.invalidateQueries({ queryKey })}
          onClose={() => setSetting(null)}
        />
      )}
      {removing && (
        <ConfirmDialog
          title="Delete this budget?"
          action="Delete"
          onConfirm={() => remove(removing)}
          onClose={() => setRemoving(null)}
        >
          {whose(removing)} may then spend without this limit.
        </ConfirmDialog>
      )}
    </Section>
  );
}

function BudgetMeter({ budget, label }: { readonly budget: Budget; readonly label: string }) {
  const share = budget.limitUsd === 0 ? 1 : Math.min(budget.usedUsd / budget.limitUsd, 1);
  const look = share >= 1 ? 'bg-danger-fill' : share >= 0.8 ? 'bg-warning' : 'bg-accent';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> looks different in each browser
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      className="mt-2 h-1.5 overflow-hidden rounded-full bg-hover"
    >
      <div className={`h-full rounded-full ${look}`} style={{ width: `${share * 100}%` }} />
    </div>
  );
}
