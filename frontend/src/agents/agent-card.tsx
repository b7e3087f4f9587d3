import { Link, useNavigate } from '@tanstack/react-router';
import { MessageSquare } from 'lucide-react';
import type { Agent } from '#core/protocol/agent.ts';
import { keepChosenAgent } from '../composer/use-chosen-agent.ts';
import { Avatar } from '../kit/avatar.tsx';
import { Badge } from '../kit/badge.tsx';
import { IconButton } from '../kit/button.tsx';

/** An agent in a list: the whole card leads to it, and its button to a thread with it. */
export function AgentCard({ agent }: { readonly agent: Agent }) {
  const navigate = useNavigate();
  return (
    <li
      data-testid="agent-card"
      className="relative flex flex-col rounded-2xl border border-line bg-raised p-4 transition-colors focus-within:border-line-strong hover:border-line-strong"
    >
      <div className="flex items-start gap-3">
        <Avatar name={agent.name} avatar={agent.avatar} />
        <div className="min-w-0 grow">
          <Link
            to="/w/$workspaceId/agents/$agentId"
            params={{ workspaceId: agent.workspaceId, agentId: agent.id }}
            className="block truncate font-semibold text-[15px] after:absolute after:inset-0 after:rounded-2xl after:content-['']"
          >
            {agent.name}
          </Link>
          <p className="truncate text-[13px] text-muted">{agent.role || agent.department || 'Agent'}</p>
        </div>
        {agent.status === 'active' && (
          <IconButton
            label={`Talk to ${agent.name}`}
            className="relative z-1 -mt-1 -mr-1"
            onClick={() => {
              keepChosenAgent(agent.id);
              void navigate({ to: '/' });
            }}
          >
            <MessageSquare size={17} />
          </IconButton>
        )}
      </div>
      <p className="mt-3 line-clamp-2 min-h-10 text-muted text-sm leading-snug">{agent.description}</p>
      <div className="mt-3 flex flex-wrap gap-1.5">
        {agent.department && <Badge>{agent.department}</Badge>}
        {agent.origin && <Badge kind="accent">Hired</Badge>}
        {agent.status === 'dismissed' && <Badge kind="warning">Dismissed</Badge>}
      </div>
    </li>
  );
}
