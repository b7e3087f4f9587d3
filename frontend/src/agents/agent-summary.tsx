import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { FlaskConical, MessageSquare } from 'lucide-react';
import { useState } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import { usePlatform } from '../app/platform-context.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { keepChosenAgent } from '../composer/use-chosen-agent.ts';
import { messageOf } from '../http/call-error.ts';
import { Avatar } from '../kit/avatar.tsx';
import { Badge } from '../kit/badge.tsx';
import { Button } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { toast } from '../kit/toast.tsx';
import { agentKey } from './agent-queries.ts';
import { refreshAgents } from './refresh-agents.ts';

/** Who it is at a glance, and what can be done with it as a whole. */
export function AgentSummary({ agent }: { readonly agent: Agent }) {
  const { role } = useThisWorkspace();
  const { trying } = useSearch({ strict: false });
  const navigate = useNavigate();
  const active = agent.status === 'active';
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
      <Avatar name={agent.name} avatar={agent.avatar} size="large" />
      <div className="min-w-40 grow">
        <p className="font-semibold text-lg leading-tight">{agent.name}</p>
        <div className="mt-1 flex flex-wrap items-center gap-1.5 text-[13px] text-muted">
          {agent.role && <span>{agent.role}</span>}
          <Badge>Version {agent.version}</Badge>
          {agent.origin && <Badge kind="accent">Hired</Badge>}
          {!active && <Badge kind="warning">Dismissed</Badge>}
        </div>
      </div>
      <div className="flex flex-wrap gap-2">
        {active && (
          <>
            <Button
              aria-pressed={trying !== undefined}
              className="aria-pressed:border-accent aria-pressed:bg-accent/10"
              data-testid="try-it"
              onClick={() =>
                void navigate({
                  to: '.',
                  search: (now) => ({ ...now, trying: trying ? undefined : true }),
                  replace: true,
                })
              }
            >
              <FlaskConical size={16} />
              Try it
            </Button>
            <Button
              data-testid="talk"
              onClick={() => {
                keepChosenAgent(agent.id);
                void navigate({ to: '/' });
              }}
            >
              <MessageSquare size={16} />
              Talk
            </Button>
          </>
        )}
        {mayManage(role) && <Employment agent={agent} />}
      </div>
    </div>
  );
}

function Employment({ agent }: { readonly agent: Agent }) {
  const { api } = usePlatform();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const active = agent.status === 'active';

  async function change(): Promise<void> {
    const path = { agentId: agent.id };
    const changed = active
      ? await api('POST /v1/agents/{agentId}/dismiss', { path })
      : await api('POST /v1/agents/{agentId}/rehire', { path });
    queries.setQueryData(agentKey(agent.id), changed);
    await Promise.all([
      refreshAgents(queries, agent.workspaceId),
      queries.invalidateQueries({ queryKey: ['catalog', agent.workspaceId] }),
    ]);
    toast.done(active ? `${agent.name} was dismissed.` : `${agent.name} is back at work.`);
  }

  if (!active) {
    return (
      <Button
        kind="primary"
        onClick={() => void change().catch((error: unknown) => toast.failed(messageOf(error)))}
        data-testid="rehire"
      >
        Rehire
      </Button>
    );
  }
  return (
    <>
      <Button onClick={() => setAsking(true)} data-testid="dismiss">
        Dismiss
      </Button>
      {asking && (
        <ConfirmDialog
          title={`Dismiss ${agent.name}?`}
          action="Dismiss"
          onConfirm={change}
          onClose={() => setAsking(false)}
        >
          Nobody can start anything with it from now on. Its threads stay readable, and it can be rehired as it is.
        </ConfirmDialog>
      )}
    </>
  );
}
