import { ArrowRightLeft } from 'lucide-react';
import type { HandoffItem } from '#core/protocol/item.ts';
import { useThread } from './thread-context.ts';

/** From here on another agent answers. */
export function HandoffRow({ item }: { readonly item: HandoffItem }) {
  const { nameOf } = useThread();
  return (
    <div className="flex items-center gap-3 text-[13px] text-muted" data-testid="handoff">
      <span aria-hidden="true" className="h-px grow bg-line" />
      <p className="flex min-w-0 items-center gap-2">
        <ArrowRightLeft size={14} className="shrink-0" />
        <span className="[overflow-wrap:anywhere]">
          {nameOf(item.fromAgentId) || 'One agent'} handed over to {nameOf(item.toAgentId) || 'another'}
        </span>
      </p>
      <span aria-hidden="true" className="h-px grow bg-line" />
    </div>
  );
}
