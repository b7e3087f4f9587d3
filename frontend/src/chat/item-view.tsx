import { Brain, Scissors } from 'lucide-react';
import { memo } from 'react';
import type { AgentMessageItem, CutOff, ReasoningItem, ToolCallItem } from '#core/protocol/item.ts';
import { ApprovalPanel } from '../approvals/approval-panel.tsx';
import { Disclosure } from '../kit/disclosure.tsx';
import { LazyMarkdown } from '../markdown/lazy-markdown.tsx';
import { AskUserCard } from '../questions/ask-user-card.tsx';
import { type Row, sameRow } from '../state/rows.ts';
import type { steerOutcome } from '../state/turns.ts';
import { HandoffRow } from './handoff-row.tsx';
import { SteerMessage } from './steer-message.tsx';
import { useThread } from './thread-context.ts';
import { ToolCard } from './tool-card.tsx';

interface ItemViewProps {
  readonly row: Row;
  /** Of a message that was put into the run. */
  readonly steer: ReturnType<typeof steerOutcome>;
}

/** One entry of a thread. Drawn again only when that entry has changed. */
export const ItemView = memo(
  function ItemView({ row, steer }: ItemViewProps) {
    const { nameOf } = useThread();
    const { item, speaker } = row;
    switch (item.type) {
      case 'user_message':
        return <SteerMessage item={item} outcome={steer} />;
      case 'agent_message':
        return <AgentMessage item={item} named={speaker !== undefined} />;
      case 'reasoning':
        return <Reasoning item={item} />;
      case 'tool_call':
        return item.name === 'ask_user' ? <AskUserCard item={item} /> : <Call item={item} row={row} />;
      case 'approval':
        return (
          <div className="rounded-xl border border-line bg-raised">
            <ApprovalPanel item={item} isRequester agentName={nameOf(item.agentId)} />
          </div>
        );
      case 'handoff':
        return <HandoffRow item={item} />;
    }
  },
  (before, after) => sameRow(before.row, after.row) && before.steer === after.steer,
);

function Call({ item, row }: { readonly item: ToolCallItem; readonly row: Row }) {
  return (
    <ToolCard item={item} approvals={row.approvals}>
      {row.inside.length > 0 && (
        <div className="flex flex-col gap-3 border-line-strong border-l-2 pl-3.5" data-testid="inside">
          {row.inside.map((each) => (
            <ItemView key={each.item.id} row={each} steer="read" />
          ))}
        </div>
      )}
    </ToolCard>
  );
}

const cutOffTexts: Record<CutOff, string> = {
  max_tokens: 'Cut off here: the answer got longer than the model may write. Tell it to go on.',
  content_filter: 'Cut off here by the rules on content of the model’s provider.',
};

function AgentMessage({ item, named }: { readonly item: AgentMessageItem; readonly named: boolean }) {
  const name = useThread().nameOf(item.agentId) || 'Agent';
  if (item.text === '') return null;
  return (
    <article data-testid="agent-message" data-status={item.status}>
      <h2 className={named ? 'mb-1 font-semibold text-[13px] text-muted' : 'sr-only'} data-testid="speaker">
        {name}
      </h2>
      <LazyMarkdown text={item.text} />
      {item.cutOff && (
        <p className="mt-2 flex gap-2 text-[13.5px] text-muted" data-testid="cut-off">
          <Scissors size={14} className="mt-[3px] shrink-0" />
          {cutOffTexts[item.cutOff]}
        </p>
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
