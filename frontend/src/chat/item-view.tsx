import { Brain } from 'lucide-react';
import { memo } from 'react';
import type { AgentMessageItem, Item, ReasoningItem } from '#core/protocol/item.ts';
import { CopyButton } from '../kit/copy-button.tsx';
import { Disclosure } from '../kit/disclosure.tsx';
import { LazyMarkdown } from '../markdown/lazy-markdown.tsx';
import { ToolCard } from './tool-card.tsx';
import { UserBubble } from './user-bubble.tsx';

interface ItemViewProps {
  readonly item: Item;
  readonly agentName: string;
}

/** One entry of a thread. Drawn again only when that entry has changed. */
export const ItemView = memo(function ItemView({ item, agentName }: ItemViewProps) {
  switch (item.type) {
    case 'user_message':
      return <UserBubble text={item.text} />;
    case 'agent_message':
      return <AgentMessage item={item} agentName={agentName} />;
    case 'reasoning':
      return <Reasoning item={item} />;
    case 'tool_call':
      return <ToolCard item={item} />;
  }
});

function AgentMessage({ item, agentName }: { readonly item: AgentMessageItem; readonly agentName: string }) {
  if (item.text === '') return null;
  return (
    <article className="group/answer" data-testid="agent-message" data-status={item.status}>
      <h2 className="sr-only">{agentName}</h2>
      <LazyMarkdown text={item.text} />
      {item.status !== 'in_progress' && (
        <div className="-mb-4 -ml-2 mt-1 h-8 opacity-0 transition-opacity focus-within:opacity-100 group-hover/answer:opacity-100 group-last/turn:opacity-100 pointer-coarse:-mb-2 pointer-coarse:h-11 pointer-coarse:opacity-100">
          <CopyButton label="Copy answer" text={() => item.text} />
        </div>
      )}
    </article>
  );
}

function Reasoning({ item }: { readonly item: ReasoningItem }) {
  if (item.text === '' && item.status !== 'in_progress') return null;
  return (
    <Disclosure
      testId="reasoning"
      buttonClassName="w-auto! min-h-8 rounded-lg text-sm text-muted hover:text-text pointer-coarse:min-h-11"
      summary={
        <>
          <Brain size={15} className="shrink-0" />
          {item.status === 'in_progress' ? 'Thinking' : 'Thoughts'}
        </>
      }
    >
      <div className="mt-1 border-line border-l-2 pl-3.5 text-[14px] text-muted">
        <LazyMarkdown text={item.text} />
      </div>
    </Disclosure>
  );
}
