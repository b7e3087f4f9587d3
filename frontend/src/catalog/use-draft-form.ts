import { zodResolver } from '@hookform/resolvers/zod';
import { useQueryClient } from '@tanstack/react-query';
import { type BaseSyntheticEvent, useEffect, useEffectEvent } from 'react';
import { useForm } from 'react-hook-form';
import { AgentDraft } from '#core/protocol/agent-content.ts';
import type { CatalogContent, ManagedCatalogAgent } from '#core/protocol/catalog.ts';
import { type AgentFields, contentFields, isAgentField, problemOf } from '../agents/agent-form.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useLeaveGuard } from '../app/use-leave-guard.ts';
import { showProblems } from '../kit/form-problems.ts';
import { toast } from '../kit/toast.tsx';
import { managedKey } from './catalog-queries.ts';

/** The draft of a catalog agent as a form. Without a draft it begins with what is published, else with the newest version. */
export function useDraftForm(entry: ManagedCatalogAgent) {
  const { api } = usePlatform();
  const queries = useQueryClient();
  const draft = entry.versions.find(({ status }) => status === 'draft');
  const shown = draft ?? entry.versions.find(({ status }) => status === 'published') ?? entry.versions[0];
  if (!shown) throw new Error('a catalog agent begins with a version');
  const form = useForm<AgentFields, unknown, AgentDraft>({
    resolver: zodResolver(AgentDraft),
    defaultValues: contentFields(shown.content),
  });
  const { isDirty, isSubmitting, errors } = form.formState;
  useLeaveGuard(isDirty && !isSubmitting);

  // Another admin wrote, or it was published; what is being written here stays.
  const follow = useEffectEvent((content: CatalogContent) => {
    if (!isDirty) form.reset(contentFields(content));
  });
  useEffect(() => follow(shown.content), [shown.content]);

  async function submit({ department: _d, handoffs: _h, delegates: _g, ...content }: AgentDraft): Promise<void> {
    if (content.instructions.trim() === '') {
      form.setError('instructions', { message: 'Say what it is to do.' }, { shouldFocus: true });
      return;
    }
    try {
      const saved = await api('POST /v1/catalog/agents/{catalogAgentId}/draft', {
        path: { catalogAgentId: entry.id },
        body: content,
      });
      form.reset(contentFields(saved.content));
      await queries.invalidateQueries({ queryKey: managedKey });
      toast.done(`Draft ${saved.version} is saved. Publish it under Versions.`);
    } catch (error) {
      showProblems(form, error, isAgentField);
    }
  }

  return {
    form,
    draft,
    shown,
    save: (event: BaseSyntheticEvent) => form.handleSubmit(submit)(event),
    saving: isSubmitting,
    problem: problemOf(errors),
  };
}
