import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
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
  // What was ticked and is not kept yet.
  const [wanted, setWanted] = useState<readonly SkillId[] | null>(null);
  const has = wanted ?? own.data?.map(({ id }) => id) ?? [];
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = own;

  // They are given as a whole, so all of them have to be known.
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  async function toggle(skillId: SkillId, on: boolean): Promise<void> {
    const skillIds = on ? [...has, skillId] : has.filter((id) => id !== skillId);
    setWanted(skillIds);
    try {
      await api('PATCH /v1/agents/{agentId}/skills', { path: { agentId: agent.id }, body: { skillIds } });
      await queries.invalidateQueries({ queryKey: [...skillsKey(workspaceId), agent.id] });
      await queries.invalidateQueries({ queryKey: ['agent-prompt', agent.id] });
    } catch (error) {
      toast.failed(messageOf(error));
    }
    setWanted((now) => (now === skillIds ? null : now));
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
      {!agent.tools.includes('load_skill') && (
        <p className="mb-3 text-sm text-warning">It cannot load them yet: give it the tool “Load a skill”.</p>
      )}
      <QueryView query={all} what="The skills">
        {(list) =>
          list.length === 0 ? (
            <EmptyState title="There is no skill yet">Write one on the page “Skills”.</EmptyState>
          ) : (
            <QueryView query={own} what="Its skills">
              {() => (
                <fieldset disabled={hasNextPage || !mayManage(role)} className="flex flex-col">
                  {list.map((skill) => (
                    <CheckField
                      key={skill.id}
                      label={<span className="font-mono text-[13.5px]">{skill.name}</span>}
                      hint={skill.description}
                      checked={has.includes(skill.id)}
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
