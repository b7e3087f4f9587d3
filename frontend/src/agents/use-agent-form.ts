import { zodResolver } from '@hookform/resolvers/zod';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type BaseSyntheticEvent, useEffect, useEffectEvent, useState } from 'react';
import { useForm } from 'react-hook-form';
import type { Agent } from '#core/protocol/agent.ts';
import { AgentDraft } from '#core/protocol/agent-content.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useLeaveGuard } from '../app/use-leave-guard.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { isRefusal } from '../http/call-error.ts';
import { showProblems } from '../kit/form-problems.ts';
import { toast } from '../kit/toast.tsx';
import { newRequestId } from '../platform.ts';
import { type AgentFields, changeOf, fieldsOf, isAgentField, problemOf } from './agent-form.ts';
import { agentKey } from './agent-queries.ts';
import { refreshAgents } from './refresh-agents.ts';

/** The form of an agent: what is in it, and how it is saved, as a new agent or as a new version. */
export function useAgentForm(agent: Agent | null) {
  const { api } = usePlatform();
  const { id: workspaceId } = useThisWorkspace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [clientRequestId] = useState(newRequestId);
  const form = useForm<AgentFields, unknown, AgentDraft>({
    resolver: zodResolver(AgentDraft),
    defaultValues: fieldsOf(agent),
  });
  const { isDirty, dirtyFields, isSubmitting, errors } = form.formState;

  // Another version came, from here or from somebody else; what is being written stays.
  const follow = useEffectEvent((newest: Agent) => {
    if (!isDirty) form.reset(fieldsOf(newest));
  });
  useEffect(() => {
    if (agent) follow(agent);
  }, [agent]);

  useLeaveGuard(isDirty && !isSubmitting);

  async function submit(draft: AgentDraft): Promise<void> {
    try {
      const saved = agent
        ? await api('PATCH /v1/agents/{agentId}', {
            path: { agentId: agent.id },
            body: { ...changeOf(draft, dirtyFields), version: agent.version },
          })
        : await api('POST /v1/agents', { body: { ...draft, workspaceId, clientRequestId } });
      form.reset(fieldsOf(saved));
      queries.setQueryData(agentKey(saved.id), saved);
      await Promise.all([
        refreshAgents(queries, workspaceId),
        queries.invalidateQueries({ queryKey: ['agent-versions', saved.id] }),
        queries.invalidateQueries({ queryKey: ['agent-prompt', saved.id] }),
      ]);
      toast.done(agent ? `Saved as version ${saved.version}.` : `${saved.name} is ready to work.`);
      if (!agent) {
        await navigate({
          to: '/w/$workspaceId/agents/$agentId',
          params: { workspaceId, agentId: saved.id },
          replace: true,
          ignoreBlocker: true,
        });
      }
    } catch (error) {
      if (agent && isRefusal(error, 'conflict')) {
        await queries.invalidateQueries({ queryKey: agentKey(agent.id) });
        form.setError('root', {
          message: 'Somebody else changed this agent meanwhile. Look at the newest version, then save again.',
        });
        return;
      }
      showProblems(form, error, isAgentField);
    }
  }

  return {
    form,
    save: (event: BaseSyntheticEvent) => form.handleSubmit(submit)(event),
    saving: isSubmitting,
    problem: problemOf(errors),
  };
}
