import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import type { SkillId } from '#core/protocol/ids.ts';
import { usePlatform } from '../app/platform-context.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { messageOf } from '../http/call-error.ts';
import { CheckField } from '../kit/field.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { toast } from '../kit/toast.tsx';
import { skillsKey, useSkills } from '../skills/use-skills.ts';

/** Which of the workspace's skills it has; each tick is kept at once. */
export function SkillsTab({ agent }: { readonly agent: Agent }) {
  const { api } = usePlatform();
  const { id: workspaceId, role } = useThisWorkspace();
  const queries = useQueryClient();
  const all = useSkills(workspaceId);
  const own = useSkills(workspaceId, agent.id);
  const [busy, setBusy] = useState(false);
  const has = new Set(own.data?.map(({ id }) => id));

  async function toggle(skillId: SkillId, on: boolean): Promise<void> {
    setBusy(true);
    try {
      const skillIds = on ? [...has, skillId] : [...has].filter((id) => id !== skillId);
      await api('PATCH /v1/agents/{agentId}/skills', { path: { agentId: agent.id }, body: { skillIds } });
      await queries.invalidateQueries({ queryKey: [...skillsKey(workspaceId), agent.id] });
    } catch (error) {
      toast.failed(messageOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Section
      title="Skills"
      text="It sees the names and descriptions of those that are ticked, and loads one when it needs it."
      action={
        <Link
          to="/w/$workspaceId/skills"
          params={{ workspaceId }}
          className="inline-flex min-h-9 items-center font-medium text-link text-sm pointer-coarse:min-h-11"
        >
          All skills
        </Link>
      }
    >
      <QueryView query={all} what="The skills">
        {(list) =>
          list.length === 0 ? (
            <EmptyState title="There is no skill yet">Write one on the page “Skills”.</EmptyState>
          ) : (
            <QueryView query={own} what="Its skills">
              {() => (
                <fieldset disabled={busy || !mayManage(role)} className="flex flex-col">
                  {list.map((skill) => (
                    <CheckField
                      key={skill.id}
                      label={<span className="font-mono text-[13.5px]">{skill.name}</span>}
                      hint={skill.description}
                      checked={has.has(skill.id)}
                      onChange={(event) => void toggle(skill.id, event.target.checked)}
                    />
                  ))}
                  <LoadMore query={all} />
                </fieldset>
              )}
            </QueryView>
          )
        }
      </QueryView>
    </Section>
  );
}
