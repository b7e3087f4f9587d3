import { Link } from '@tanstack/react-router';
import { Ban, CircleCheck, CircleX, Hourglass, type LucideIcon, ShieldQuestionMark } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { Resolution } from '#core/protocol/approval.ts';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import type { ApprovalItem } from '#core/protocol/item.ts';
import { grantsHash } from '../agents/agent-queries.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useWorkspace } from '../app/use-workspace.ts';
import { until } from '../format/time.ts';
import { useNow } from '../kit/use-now.ts';
import { useMemberNames } from '../settings/use-members.ts';
import { ArgumentList } from './argument-list.tsx';
import { deciderText, decisionText, isForGood, mayDecide, undecidedText } from './deciding.ts';
import { DecisionForm } from './decision-form.tsx';

interface ApprovalPanelProps {
  readonly item: ApprovalItem;
  /** The run is the reader's own. */
  readonly isRequester: boolean;
  readonly agentName: string;
}

/** A question on which a run waits, or what became of it. */
export function ApprovalPanel({ item, isRequester, agentName }: ApprovalPanelProps) {
  const panel = useFocusKept(item.status);
  return (
    <section
      ref={panel}
      tabIndex={-1}
      aria-label={item.call ? `Decision about ${item.call.name}` : 'Decision about a budget'}
      data-testid="approval"
      data-status={item.status}
      className="px-3.5 py-3 outline-none"
    >
      {item.status === 'pending' ? (
        <Pending item={item} isRequester={isRequester} agentName={agentName} />
      ) : (
        <Decided item={item} agentName={agentName} />
      )}
    </section>
  );
}

/** The buttons go when the decision has come; who was at one of them stays in the panel. */
function useFocusKept(status: ApprovalItem['status']) {
  const panel = useRef<HTMLElement>(null);
  const hadFocus = useRef(false);
  useEffect(() => {
    const element = panel.current;
    if (!element || status !== 'pending') return;
    const enter = () => {
      hadFocus.current = true;
    };
    const leave = ({ relatedTarget }: FocusEvent) => {
      // Without a target the focused element has gone: that is no going elsewhere.
      if (relatedTarget instanceof Node && !element.contains(relatedTarget)) hadFocus.current = false;
    };
    element.addEventListener('focusin', enter);
    element.addEventListener('focusout', leave);
    return () => {
      element.removeEventListener('focusin', enter);
      element.removeEventListener('focusout', leave);
      if (hadFocus.current) element.focus();
    };
  }, [status]);
  return panel;
}

function Pending({ item, isRequester, agentName }: ApprovalPanelProps) {
  const role = useWorkspace().data?.role;
  const left = until(item.expiresAt, useNow(1_000));
  const may = mayDecide(item.decider, role, isRequester);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex gap-2.5">
        <ShieldQuestionMark size={18} className="mt-0.5 shrink-0 text-warning" />
        <div className="min-w-0">
          <p className="font-medium text-sm [overflow-wrap:anywhere]">{item.message}</p>
          <p className="text-[13px] text-muted">
            {deciderText[item.decider]} {left ? `Expires ${left}.` : 'The time for it is over.'}
          </p>
        </div>
      </div>
      {item.call && <ArgumentList text={item.call.arguments} />}
      {left !== null && may && (
        <DecisionForm item={item} agentName={agentName} requester={isRequester ? 'you' : 'them'} />
      )}
      {left !== null && !may && (
        <p className="flex items-center gap-2 text-[13px] text-muted" data-testid="may-not-decide">
          <Hourglass size={14} className="shrink-0" />
          You cannot decide this yourself. {agentName || 'The agent'} goes on when somebody has.
        </p>
      )}
    </div>
  );
}

function Decided({ item, agentName }: Pick<ApprovalPanelProps, 'item' | 'agentName'>) {
  const { resolution, status } = item;
  if (!resolution || status === 'expired' || status === 'cancelled') {
    return <Outcome Icon={status === 'expired' ? Hourglass : Ban}>{undecidedText(item)}</Outcome>;
  }
  const approved = status === 'approved';
  return (
    <Outcome Icon={approved ? CircleCheck : CircleX} tone={approved ? 'text-good' : 'text-danger'}>
      <Resolved {...resolution} />
      {isForGood(resolution.decision) && <WhereTakenBack agentId={item.agentId} agentName={agentName} />}
    </Outcome>
  );
}

function WhereTakenBack({ agentId, agentName }: Pick<ApprovalItem, 'agentId'> & { readonly agentName: string }) {
  const workspaceId = useWorkspace().data?.id;
  if (!workspaceId) return null;
  return (
    <>
      . It can be taken back under{' '}
      <Link
        to="/w/$workspaceId/agents/$agentId"
        params={{ workspaceId, agentId }}
        search={{ tab: 'tools' }}
        hash={grantsHash}
        className="font-medium text-link underline underline-offset-2"
        data-testid="where-taken-back"
      >
        {agentName || 'the agent'}’s tools
      </Link>
    </>
  );
}

function Resolved({ decision, decidedBy }: Resolution) {
  const { userId } = usePlatform();
  const workspaceId = useWorkspace().data?.id;
  if (decidedBy === userId) return decisionText(decision, 'you');
  if (!workspaceId) return decisionText(decision, 'somebody else');
  return <ResolvedByOther workspaceId={workspaceId} decision={decision} decidedBy={decidedBy} />;
}

function ResolvedByOther({ workspaceId, decision, decidedBy }: Resolution & { readonly workspaceId: WorkspaceId }) {
  return decisionText(decision, useMemberNames(workspaceId)(decidedBy));
}

interface OutcomeProps {
  readonly Icon: LucideIcon;
  readonly tone?: string;
  readonly children: ReactNode;
}

function Outcome({ Icon, tone = 'text-muted', children }: OutcomeProps) {
  return (
    <p className="flex gap-2 text-[13px] text-muted" data-testid="approval-outcome">
      <Icon size={14} className={`mt-[3px] shrink-0 ${tone}`} />
      <span className="[overflow-wrap:anywhere]">{children}</span>
    </p>
  );
}
