import { Check, ChevronDown, CircleAlert, Pause, Play, RotateCcw, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { ApprovalDecision } from '#core/protocol/approval.ts';
import type { ApprovalItem } from '#core/protocol/item.ts';
import { Button } from '../kit/button.tsx';
import { MenuContent, MenuItem, MenuRoot, MenuTrigger } from '../kit/menu.tsx';
import { DetailForm } from './detail-form.tsx';
import { useDecide } from './use-decide.ts';

interface DecisionFormProps {
  readonly item: Pick<ApprovalItem, 'runId' | 'approvalId' | 'kind' | 'decider'> & {
    readonly call?: { readonly name: string } | undefined;
  };
  readonly agentName: string;
  /** Whose run asks, in mid-sentence: "you", or a name. */
  readonly requester: string;
  /** When the question is none any more; with the decision if it was this one. */
  readonly onClosed?: (decision?: ApprovalDecision) => void;
}

/** What can be decided about a question, by its kind. */
export function DecisionForm({ item, agentName, requester, onClosed }: DecisionFormProps) {
  const { answer, state } = useDecide(item, onClosed);
  const props = { item, agentName, requester, decide: answer, busy: state.status === 'sent' };
  return (
    <div className="flex flex-col gap-2.5">
      {item.kind === 'tool_call' && <ToolCallDecision {...props} />}
      {item.kind === 'interrupted_call' && <InterruptedCallDecision {...props} />}
      {item.kind === 'budget' && <BudgetDecision {...props} />}
      {state.status === 'failed' && (
        <p role="alert" className="flex gap-2 text-[13px] text-danger">
          <CircleAlert size={14} className="mt-[3px] shrink-0" />
          That did not work. {state.message}
        </p>
      )}
    </div>
  );
}

interface DecisionProps extends DecisionFormProps {
  readonly decide: (decision: ApprovalDecision) => void;
  readonly busy: boolean;
}

const Buttons = ({ children }: { readonly children: ReactNode }) => (
  <div className="flex flex-wrap items-center gap-2">{children}</div>
);

function ToolCallDecision({ item, agentName, requester, decide, busy }: DecisionProps) {
  const [rejecting, setRejecting] = useState(false);
  const tool = item.call?.name ?? 'this tool';
  if (rejecting) {
    return (
      <DetailForm
        label="Why not? (optional; the agent reads it)"
        action="Reject"
        busy={busy}
        onSubmit={(reason) => decide({ decision: 'reject', ...(reason && { reason }) })}
        onCancel={() => setRejecting(false)}
      />
    );
  }
  // With four eyes each call is looked at for itself.
  const onlyOnce = item.decider === 'other_admin';
  return (
    <Buttons>
      <div className="flex">
        <Button
          kind="primary"
          disabled={busy}
          data-testid="approve"
          className={onlyOnce ? '' : 'rounded-r-none!'}
          onClick={() => decide({ decision: 'approve', scope: 'once' })}
        >
          <Check size={15} />
          {busy ? 'Sending' : 'Approve'}
        </Button>
        {!onlyOnce && (
          <MenuRoot modal={false}>
            <MenuTrigger asChild>
              <Button
                kind="primary"
                disabled={busy}
                aria-label="Approve for longer"
                title="Approve for longer"
                data-testid="approve-menu"
                className="rounded-l-none! border-l border-l-white/30 px-2!"
              >
                <ChevronDown size={15} />
              </Button>
            </MenuTrigger>
            <MenuContent align="start" aria-label="Approve for longer" className="w-72 max-w-[calc(100vw-2rem)]">
              <MenuItem onSelect={() => decide({ decision: 'approve', scope: 'run' })}>
                <Scope name="Approve for this run">Do not ask again about {tool} until it has ended.</Scope>
              </MenuItem>
              <MenuItem onSelect={() => decide({ decision: 'approve', scope: 'always' })}>
                <Scope name="Approve always">
                  Never ask {requester} again about {tool} by {agentName || 'this agent'}. It can be taken back on the
                  agent’s page, under Tools.
                </Scope>
              </MenuItem>
            </MenuContent>
          </MenuRoot>
        )}
      </div>
      <Button disabled={busy} onClick={() => setRejecting(true)} data-testid="reject">
        <X size={15} />
        Reject
      </Button>
    </Buttons>
  );
}

function Scope({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <span className="min-w-0">
      <span className="block font-medium">{name}</span>
      <span className="block text-[13px] text-muted leading-snug [overflow-wrap:anywhere]">{children}</span>
    </span>
  );
}

function InterruptedCallDecision({ decide, busy }: DecisionProps) {
  const [skipping, setSkipping] = useState(false);
  if (skipping) {
    return (
      <DetailForm
        label="What came of the call? The agent takes it for its result."
        action="Use this result"
        multiline
        required
        busy={busy}
        onSubmit={(output) => decide({ decision: 'skip', output })}
        onCancel={() => setSkipping(false)}
      />
    );
  }
  return (
    <Buttons>
      <Button disabled={busy} onClick={() => decide({ decision: 'run_again' })} data-testid="run-again">
        <RotateCcw size={15} />
        Run it again
      </Button>
      <Button disabled={busy} onClick={() => setSkipping(true)} data-testid="skip">
        Skip, with a result
      </Button>
      <Button disabled={busy} onClick={() => decide({ decision: 'fail' })} data-testid="fail">
        Let the run fail
      </Button>
    </Buttons>
  );
}

function BudgetDecision({ decide, busy }: DecisionProps) {
  const [raising, setRaising] = useState(false);
  if (raising) {
    return (
      <DetailForm
        label="New limit in US dollars"
        action="Raise"
        type="number"
        required
        busy={busy}
        onSubmit={(limit) => decide({ decision: 'raise', limitUsd: Number(limit) })}
        onCancel={() => setRaising(false)}
      />
    );
  }
  return (
    <Buttons>
      <Button disabled={busy} onClick={() => setRaising(true)} data-testid="raise">
        Raise the limit
      </Button>
      <Button disabled={busy} onClick={() => decide({ decision: 'continue_once' })} data-testid="continue-once">
        <Play size={14} />
        Go on this once
      </Button>
      <Button disabled={busy} onClick={() => decide({ decision: 'stop' })} data-testid="stop-run">
        <Pause size={14} />
        Stop
      </Button>
    </Buttons>
  );
}
