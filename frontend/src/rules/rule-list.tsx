import { useQueryClient } from '@tanstack/react-query';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import type { Rule } from '#core/protocol/rule.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';
import { useAgents } from '../app/use-workspace.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { messageOf } from '../http/call-error.ts';
import { Badge } from '../kit/badge.tsx';
import { Button, IconButton } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { Switch } from '../kit/switch.tsx';
import { toast } from '../kit/toast.tsx';
import { RuleDialog } from './rule-dialog.tsx';

const kindNames: Record<Rule['kind'], string> = { always: 'Always', never: 'Never', when: 'When' };
const kindLooks = { always: 'good', never: 'danger', when: 'accent' } as const;

/** The rules of one agent with those that hold for all, or every rule of the workspace. */
export function RuleList({ agent }: { readonly agent: Agent | null }) {
  const { api } = usePlatform();
  const { id: workspaceId, role } = useThisWorkspace();
  const manages = mayManage(role);
  const queries = useQueryClient();
  const agents = useAgents().data ?? [];
  const [editing, setEditing] = useState<Rule | 'new' | null>(null);
  const [removing, setRemoving] = useState<Rule | null>(null);
  const queryKey = ['rules', workspaceId];
  const rules = usePages<Rule>([...queryKey, agent?.id], (cursor, signal) =>
    api('GET /v1/rules', { query: { workspaceId, agentId: agent?.id, limit: 100, ...(cursor && { cursor }) } }, signal),
  );
  // The one that was switched and is not kept yet.
  const [switching, setSwitching] = useState<Rule['id'] | null>(null);
  const refresh = () => queries.invalidateQueries({ queryKey });
  const isOn = ({ id, enabled }: Rule) => (id === switching ? !enabled : enabled);

  async function switchRule({ id, kind, text, respondWith, priority, enabled }: Rule): Promise<void> {
    setSwitching(id);
    try {
      await api('PATCH /v1/rules/{ruleId}', {
        path: { ruleId: id },
        body: { kind, text, respondWith, priority, enabled: !enabled },
      });
      await refresh();
    } catch (error) {
      toast.failed(messageOf(error));
    }
    setSwitching(null);
  }

  async function remove(rule: Rule): Promise<void> {
    await api('DELETE /v1/rules/{ruleId}', { path: { ruleId: rule.id } });
    await refresh();
    toast.done('The rule was deleted.');
  }

  const about = agent
    ? `What ${agent.name} keeps to, before anything else it is told.`
    : 'What agents keep to, before anything else they are told.';
  return (
    <Section
      title="Rules"
      text={`${about} Those with a lower number come first.`}
      action={
        manages && (
          <Button kind="primary" onClick={() => setEditing('new')} data-testid="new-rule">
            <Plus size={16} />
            New rule
          </Button>
        )
      }
    >
      <QueryView query={rules} what="The rules">
        {(list) =>
          list.length === 0 ? (
            <EmptyState title="There is no rule yet">
              Say what must always or never happen, or what to answer when something comes up.
            </EmptyState>
          ) : (
            <>
              <ul className="divide-y divide-line" data-testid="rules">
                {list.map((rule) => (
                  <li
                    key={rule.id}
                    className="flex flex-wrap items-start gap-x-3 gap-y-1 py-3 sm:flex-nowrap"
                    data-testid="rule"
                  >
                    <div className="w-16 shrink-0 pt-0.5">
                      <Badge kind={rule.enabled ? kindLooks[rule.kind] : 'plain'}>{kindNames[rule.kind]}</Badge>
                    </div>
                    <div className={`min-w-0 grow basis-0 ${rule.enabled ? '' : 'text-muted'}`}>
                      <p className="whitespace-pre-wrap text-sm leading-snug [overflow-wrap:anywhere]">{rule.text}</p>
                      {rule.respondWith && (
                        <p className="mt-1 whitespace-pre-wrap border-line-strong border-l-2 pl-2.5 text-muted text-sm leading-snug [overflow-wrap:anywhere]">
                          {rule.respondWith}
                        </p>
                      )}
                      <p className="mt-1 text-[12.5px] text-muted">
                        {rule.agentId
                          ? (agents.find(({ id }) => id === rule.agentId)?.name ?? 'One agent')
                          : 'Every agent'}{' '}
                        · place {rule.priority}
                        {!rule.enabled && ' · switched off'}
                      </p>
                    </div>
                    {manages && (
                      <div className="flex shrink-0 items-center max-sm:w-full max-sm:justify-end">
                        <Switch
                          label={`In force: ${rule.text.slice(0, 60)}`}
                          checked={isOn(rule)}
                          onChange={() => void switchRule(rule)}
                        />
                        <IconButton label={`Edit: ${rule.text.slice(0, 60)}`} onClick={() => setEditing(rule)}>
                          <Pencil size={15} />
                        </IconButton>
                        <IconButton label={`Delete: ${rule.text.slice(0, 60)}`} onClick={() => setRemoving(rule)}>
                          <Trash2 size={15} />
                        </IconButton>
                      </div>
                    )}
                  </li>
                ))}
              </ul>
              <LoadMore query={rules} />
            </>
          )
        }
      </QueryView>
      {editing && (
        <RuleDialog
          rule={editing === 'new' ? null : editing}
          agentId={agent?.id ?? null}
          onSaved={() => void refresh()}
          onClose={() => setEditing(null)}
        />
      )}
      {removing && (
        <ConfirmDialog
          title="Delete this rule?"
          action="Delete"
          onConfirm={() => remove(removing)}
          onClose={() => setRemoving(null)}
        >
          “{removing.text}” holds no more, from the next run on.
        </ConfirmDialog>
      )}
    </Section>
  );
}
