import { Link } from '@tanstack/react-router';
import { BookOpen, Plus } from 'lucide-react';
import { usePageTitle } from '../app/use-page-title.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { Badge } from '../kit/badge.tsx';
import { buttonLook } from '../kit/button.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, PageBody, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { useSkills } from './use-skills.ts';

export function SkillsPage() {
  const { id: workspaceId, role } = useThisWorkspace();
  const skills = useSkills(workspaceId);
  usePageTitle('Skills');
  return (
    <PageBody>
      <Section
        title="Skills"
        text="Ways to do something, in markdown. An agent that has a skill sees its name and description, and reads the rest when it needs it."
        action={
          mayManage(role) && (
            <Link
              to="/w/$workspaceId/skills/$skillId"
              params={{ workspaceId, skillId: 'new' }}
              className={buttonLook('primary')}
              data-testid="new-skill"
            >
              <Plus size={16} />
              New skill
            </Link>
          )
        }
      >
        <QueryView query={skills} what="The skills">
          {(list) =>
            list.length === 0 ? (
              <EmptyState icon={<BookOpen size={28} />} title="There is no skill yet">
                Write down how something is done here, and give it to the agents who do it.
              </EmptyState>
            ) : (
              <>
                <ul className="divide-y divide-line" data-testid="skills">
                  {list.map((skill) => (
                    <li key={skill.id}>
                      <Link
                        to="/w/$workspaceId/skills/$skillId"
                        params={{ workspaceId, skillId: skill.id }}
                        className="-mx-2 flex items-start gap-3 rounded-lg px-2 py-3 hover:bg-hover"
                      >
                        <BookOpen size={17} className="mt-0.5 shrink-0 text-muted" />
                        <span className="min-w-0 grow">
                          <span className="block truncate font-medium font-mono text-[13.5px]">{skill.name}</span>
                          <span className="mt-0.5 line-clamp-2 text-[13px] text-muted leading-snug">
                            {skill.description}
                          </span>
                        </span>
                        {skill.isSystem && <Badge>Built in</Badge>}
                      </Link>
                    </li>
                  ))}
                </ul>
                <LoadMore query={skills} />
              </>
            )
          }
        </QueryView>
      </Section>
    </PageBody>
  );
}
