import { useQueryClient } from '@tanstack/react-query';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ModelPrice } from '#core/protocol/budget.ts';
import { usePlatform } from '../app/platform-context.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { messageOf } from '../http/call-error.ts';
import { Button, IconButton } from '../kit/button.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { Cell, HeadCell, Table } from '../kit/table.tsx';
import { toast } from '../kit/toast.tsx';
import { PriceDialog } from './price-dialog.tsx';
import { UnpricedList } from './unpriced-list.tsx';
import { pricesKey, usePrices } from './use-prices.ts';

/** What models cost this workspace, where no list says so or the list is not what it pays. */
export function PricesSection() {
  const { api } = usePlatform();
  const { id: workspaceId, role } = useThisWorkspace();
  const manages = mayManage(role);
  const queries = useQueryClient();
  const [adding, setAdding] = useState<{ readonly model: string } | null>(null);
  const queryKey = pricesKey(workspaceId);
  const prices = usePrices(workspaceId);

  async function remove({ model, validFrom }: ModelPrice): Promise<void> {
    try {
      await api('DELETE /v1/workspaces/{workspaceId}/prices', { path: { workspaceId }, query: { model, validFrom } });
      await queries.invalidateQueries({ queryKey });
      toast.done('The price is gone.');
    } catch (error) {
      toast.failed(messageOf(error));
    }
  }

  return (
    <Section
      title="Prices of your own"
      text="List prices are known for many models. Say here what others cost you, such as those on a server of your own; without a price a call is counted, and its cost stays unknown."
      action={
        manages && (
          <Button onClick={() => setAdding({ model: '' })} data-testid="new-price">
            <Plus size={16} />
            Add a price
          </Button>
        )
      }
    >
      <QueryView query={prices} what="The prices" rows={1}>
        {(list) => (
          <>
            {manages && <UnpricedList onSet={(model) => setAdding({ model })} />}
            {list.length === 0 ? (
              <p className="text-muted text-sm">No price is set yet.</p>
            ) : (
              <>
                <Table caption="Prices of your own, in US dollars per million tokens">
                  <thead>
                    <tr>
                      <HeadCell>Model</HeadCell>
                      <HeadCell className="max-sm:hidden">From</HeadCell>
                      <HeadCell className="text-right">In</HeadCell>
                      <HeadCell className="text-right max-sm:hidden">In, cached</HeadCell>
                      <HeadCell className="text-right">Out</HeadCell>
                      <HeadCell>
                        <span className="sr-only">Actions</span>
                      </HeadCell>
                    </tr>
                  </thead>
                  <tbody>
                    {list.map((price) => (
                      <tr key={`${price.model} ${price.validFrom}`} data-testid="price">
                        <Cell className="min-w-40 [overflow-wrap:anywhere]">
                          <span className="font-mono text-[13px]">{price.model}</span>
                          <span className="block text-[12.5px] text-muted sm:hidden">from {price.validFrom}</span>
                        </Cell>
                        <Cell className="whitespace-nowrap max-sm:hidden">{price.validFrom}</Cell>
                        <Cell className="text-right tabular-nums">${price.input}</Cell>
                        <Cell className="text-right tabular-nums max-sm:hidden">${price.cachedInput}</Cell>
                        <Cell className="text-right tabular-nums">${price.output}</Cell>
                        <Cell className="text-right">
                          {manages && (
                            <IconButton label={`Delete the price of ${price.model}`} onClick={() => void remove(price)}>
                              <Trash2 size={15} />
                            </IconButton>
                          )}
                        </Cell>
                      </tr>
                    ))}
                  </tbody>
                </Table>
                <LoadMore query={prices} />
              </>
            )}
          </>
        )}
      </QueryView>
      {adding && (
        <PriceDialog
          model={adding.model}
          onSaved={() => void queries.invalidateQueries({ queryKey })}
          onClose={() => setAdding(null)}
        />
      )}
    </Section>
  );
}
