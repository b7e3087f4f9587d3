import { CircleAlert, CircleCheck, CircleSlash, LoaderCircle, Wrench } from 'lucide-react';
import type { ToolCallItem } from '#core/protocol/item.ts';
import { duration } from '../format/time.ts';
import { pretty, summary } from '../format/tool.ts';
import { CopyButton } from '../kit/copy-button.tsx';
import { Disclosure } from '../kit/disclosure.tsx';

export function ToolCard({ item }: { readonly item: ToolCallItem }) {
  return (
    <Disclosure
      testId="tool-card"
      className="overflow-hidden rounded-xl border border-line bg-raised"
      buttonClassName="min-h-11 px-3.5 hover:bg-hover focus-visible:-outline-offset-2"
      summary={
        <>
          <Wrench size={15} className="shrink-0 text-muted" />
          <span className="shrink-0 font-medium text-sm">{item.name}</span>
          <span className="min-w-0 grow truncate font-mono text-[12.5px] text-muted">{summary(item.arguments)}</span>
          <ToolStatus item={item} />
        </>
      }
    >
      <div className="flex flex-col gap-3 border-line border-t px-3.5 py-3">
        <Payload label="Arguments" text={pretty(item.arguments)} />
        {item.result && <Payload label={item.result.ok ? 'Result' : 'Error'} text={pretty(item.result.output)} />}
      </div>
    </Disclosure>
  );
}

function ToolStatus({ item: { status, result } }: { readonly item: ToolCallItem }) {
  const look = 'flex shrink-0 items-center gap-1.5 text-[13px]';
  if (result?.ok) {
    return (
      <span className={`${look} text-muted`} data-testid="tool-status">
        <CircleCheck size={14} className="text-good" />
        {result.durationMs < 1 ? 'Done' : `Done in ${duration(result.durationMs)}`}
      </span>
    );
  }
  if (result) {
    return (
      <span className={`${look} text-danger`} data-testid="tool-status">
        <CircleAlert size={14} />
        Failed
      </span>
    );
  }
  const running = status === 'in_progress';
  return (
    <span className={`${look} text-muted`} data-testid="tool-status">
      {running ? <LoaderCircle size={14} className="animate-spin" /> : <CircleSlash size={14} />}
      {running ? 'Running' : 'Stopped'}
    </span>
  );
}

function Payload({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <div className="flex min-h-8 items-center justify-between">
        <span className="font-medium text-[12.5px] text-muted">{label}</span>
        <CopyButton label={`Copy ${label.toLowerCase()}`} text={() => text} />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-72 overflow-auto whitespace-pre-wrap rounded-lg bg-sunken px-3 py-2 font-mono text-[12.5px] leading-relaxed [overflow-wrap:anywhere]"
      >
        {text || '(empty)'}
      </pre>
    </div>
  );
}
