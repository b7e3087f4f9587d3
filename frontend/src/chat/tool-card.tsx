import {
  CircleAlert,
  CircleCheck,
  CircleSlash,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  ShieldQuestionMark,
  Wrench,
} from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApprovalItem, ToolCallItem } from '#core/protocol/item.ts';
import { ApprovalPanel } from '../approvals/approval-panel.tsx';
import { duration } from '../format/time.ts';
import { pretty, summary, toolTitle } from '../format/tool.ts';
import { Disclosure } from '../kit/disclosure.tsx';
import { useThread } from './thread-context.ts';
import { Payload, ResultPayload } from './tool-payload.tsx';

interface ToolCardProps {
  readonly item: ToolCallItem;
  /** What was asked about it. */
  readonly approvals?: readonly ApprovalItem[];
  /** What another agent makes of it. */
  readonly children?: ReactNode;
}

export function ToolCard({ item, approvals = [], children }: ToolCardProps) {
  const { nameOf } = useThread();
  // What goes on inside is shown while it does: it may ask for something.
  const busy = item.status === 'in_progress';
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-raised" data-testid="tool-card">
      <Disclosure
        buttonClassName="min-h-11 px-3.5 hover:bg-hover focus-visible:-outline-offset-2"
        summary={
          <>
            <Wrench size={15} className="shrink-0 text-muted" />
            <span className="shrink-0 font-medium text-sm">{toolTitle(item.name)}</span>
            <span className="min-w-0 grow truncate font-mono text-[12.5px] text-muted">{summary(item.arguments)}</span>
            <ToolStatus item={item} approvals={approvals} />
          </>
        }
      >
        <div className="flex flex-col gap-3 border-line border-t px-3.5 py-3">
          <Payload label="Arguments" text={pretty(item.arguments)} />
          {!busy && children}
          {item.result && <ResultPayload result={item.result} />}
        </div>
      </Disclosure>
      {busy && children && <div className="border-line border-t px-3.5 py-3">{children}</div>}
      {approvals.map((approval) => (
        <div key={approval.id} className="border-line border-t">
          <ApprovalPanel item={approval} isRequester agentName={nameOf(approval.agentId)} />
        </div>
      ))}
    </div>
  );
}

interface ToolStatusProps {
  readonly item: ToolCallItem;
  readonly approvals: readonly ApprovalItem[];
}

function ToolStatus({ item, approvals }: ToolStatusProps) {
  const { text, Icon, tone, iconTone, spins } = statusOf(item, approvals);
  return (
    <span
      className={`flex shrink-0 items-center gap-1.5 text-[13px] ${tone ?? 'text-muted'}`}
      data-testid="tool-status"
    >
      <Icon size={14} className={`${iconTone ?? ''} ${spins ? 'animate-spin' : ''}`} />
      {text}
    </span>
  );
}

interface Status {
  readonly text: string;
  readonly Icon: LucideIcon;
  readonly tone?: string;
  readonly iconTone?: string;
  readonly spins?: boolean;
}

function statusOf({ result, status, awaitsClient }: ToolCallItem, approvals: readonly ApprovalItem[]): Status {
  const last = approvals.at(-1);
  if (result?.ok) {
    const text = result.durationMs < 1 ? 'Done' : `Done in ${duration(result.durationMs)}`;
    return { text, Icon: CircleCheck, iconTone: 'text-good' };
  }
  if (last?.status === 'rejected') return { text: 'Rejected', Icon: CircleSlash };
  if (last?.status === 'expired') return { text: 'Expired', Icon: CircleSlash };
  if (result?.isCutOff) return { text: 'Stopped', Icon: CircleSlash };
  if (result) return { text: 'Failed', Icon: CircleAlert, tone: 'text-danger' };
  if (status !== 'in_progress') return { text: 'Stopped', Icon: CircleSlash };
  if (last?.status === 'pending') {
    const text = last.kind === 'interrupted_call' ? 'Interrupted' : 'Needs approval';
    return { text, Icon: ShieldQuestionMark, tone: 'text-warning' };
  }
  if (awaitsClient) return { text: 'Waits for a browser', Icon: Hourglass, tone: 'text-warning' };
  return { text: 'Running', Icon: LoaderCircle, spins: true };
}
