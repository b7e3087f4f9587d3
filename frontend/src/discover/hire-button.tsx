import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, Plus } from 'lucide-react';
import { useState } from 'react';
import type { CatalogAgent } from '#core/protocol/catalog.ts';
import { refreshAgents } from '../agents/refresh-agents.ts';
import { usePlatform } from '../app/platform-context.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { isRefusal, messageOf } from '../http/call-error.ts';
import { Button } from '../kit/button.tsx';
import { toast } from '../kit/toast.tsx';

/** Hires, rehires, or leads to the one who works here already. */
export function HireButton({ agent }: { readonly agent: CatalogAgent }) {
  const { api } = usePlatform();
  const { id: workspaceId, role } = useThisWorkspace();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const { name } = agent.content;

  async function hire(): Promise<void> {
    setBusy(true);
    try {
      await api('POST /v1/catalog/agents/{catalogAgentId}/hire', {
        path: { catalogAgentId: agent.id },
        body: { workspaceId },
      });
      toast.done(`${name} works here now.`);
    } catch (error) {
      // Somebody else was faster: then it works here all the same.
      if (!isRefusal(error, 'conflict')) toast.failed(messageOf(error));
    }
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['catalog', workspaceId] }),
      refreshAgents(queries, workspaceId),
    ]);
    setBusy(false);
  }

  if (agent.hire?.status === 'active') {
    return (
      <Link
        to="/w/$workspaceId/agents/$agentId"
        params={{ workspaceId, agentId: agent.hire.agentId }}
        data-testid="hired"
        className="inline-flex min-h-9 items-center gap-2 rounded-lg border border-good/40 bg-good/10 px-3.5 font-medium text-good text-sm hover:bg-good/15 pointer-coarse:min-h-11"
      >
        <Check size={15} />
        Works here<span className="sr-only">: {name}</span>
      </Link>
    );
  }
  if (!mayManage(role)) {
    return <span className="inline-flex min-h-9 items-center text-[13px] text-muted">Owners and admins hire</span>;
  }
  return (
    <Button kind="primary" disabled={busy} onClick={() => void hire()} data-testid="hire">
      <Plus size={15} />
      {agent.hire ? 'Rehire' : 'Hire'}
      <span className="sr-only"> {name}</span>
    </Button>
  );
}
