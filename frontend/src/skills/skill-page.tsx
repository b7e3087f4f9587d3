import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import type * as z from 'zod';
import { SkillId } from '#core/protocol/ids.ts';
import { type Skill, SkillContent } from '#core/protocol/skill.ts';
import { NotFound } from '../app/not-found.tsx';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { isRefusal } from '../http/call-error.ts';
import { Button } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { TextAreaField, TextField } from '../kit/field.tsx';
import { showProblems } from '../kit/form-problems.ts';
import { MarkdownField } from '../kit/markdown-field.tsx';
import { PageBody, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { SaveBar } from '../kit/save-bar.tsx';
import { toast } from '../kit/toast.tsx';
import { skillsKey } from './use-skills.ts';

export function SkillPage() {
  const { skillId } = useParams({ from: '/w/$workspaceId/agents-layout/skills/$skillId' });
  const parsed = SkillId.safeParse(skillId);
  if (skillId === 'new') return <SkillEditor skill={null} />;
  return parsed.success ? <KnownSkill key={parsed.data} skillId={parsed.data} /> : <NotFound />;
}

function KnownSkill({ skillId }: { readonly skillId: SkillId }) {
  const { api } = usePlatform();
  const skill = useQuery({
    queryKey: ['skill', skillId],
    queryFn: ({ signal }) => api('GET /v1/skills/{skillId}', { path: { skillId } }, signal),
  });
  if (isRefusal(skill.error, 'not_found')) return <NotFound title="This skill is not here" />;
  if (skill.data) return <SkillEditor skill={skill.data} />;
  return (
    <PageBody>
      <QueryView query={skill} what="The skill">
        {() => null}
      </QueryView>
    </PageBody>
  );
}

type Fields = z.input<typeof SkillContent>;
const isField = (path: string): path is keyof Fields => ['name', 'description', 'content'].includes(path);
const empty: Fields = { name: '', description: '', content: '' };

function SkillEditor({ skill }: { readonly skill: Skill | null }) {
  const { api } = usePlatform();
  const { id: workspaceId, role } = useThisWorkspace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [removing, setRemoving] = useState(false);
  const form = useForm<Fields, unknown, SkillContent>({
    resolver: zodResolver(SkillContent),
    values: skill ? { name: skill.name, description: skill.description, content: skill.content } : empty,
  });
  const content = useWatch({ control: form.control, name: 'content' });
  const { errors, isDirty, isSubmitting } = form.formState;
  const editable = mayManage(role) && !skill?.isSystem;
  usePageTitle(skill?.name ?? 'New skill');

  async function save(fields: SkillContent): Promise<void> {
    try {
      const saved = skill
        ? await api('PATCH /v1/skills/{skillId}', { path: { skillId: skill.id }, body: fields })
        : await api('POST /v1/skills', { body: { ...fields, workspaceId } });
      queries.setQueryData(['skill', saved.id], saved);
      await queries.invalidateQueries({ queryKey: skillsKey(workspaceId) });
      toast.done('The skill is saved.');
      if (!skill) {
        await navigate({
          to: '/w/$workspaceId/skills/$skillId',
          params: { workspaceId, skillId: saved.id },
          replace: true,
        });
      }
    } catch (error) {
      if (isRefusal(error, 'conflict')) {
        form.setError('name', { message: 'Another skill of this workspace has this name.' }, { shouldFocus: true });
        return;
      }
      showProblems(form, error, isField);
    }
  }

  async function remove(): Promise<void> {
    if (!skill) return;
    await api('DELETE /v1/skills/{skillId}', { path: { skillId: skill.id } });
    await navigate({ to: '/w/$workspaceId/skills', params: { workspaceId } });
    await queries.invalidateQueries({ queryKey: skillsKey(workspaceId) });
    toast.done(`“${skill.name}” was deleted.`);
  }

  return (
    <PageBody>
      <Section
        title={skill ? skill.name : 'New skill'}
        text={skill?.isSystem ? 'It comes with Troupe, and nobody changes it.' : undefined}
        action={skill && editable && <Button onClick={() => setRemoving(true)}>Delete</Button>}
      >
        <form noValidate onSubmit={(event) => void form.handleSubmit(save)(event)}>
          <fieldset disabled={!editable} className="flex flex-col gap-4">
            <TextField
              label="Name"
              placeholder="answer-a-refund"
              hint="Small letters, digits and hyphens. Agents load it by this name."
              error={
                errors.name &&
                (errors.name.type === 'custom'
                  ? 'Words of small letters and digits, joined by hyphens.'
                  : errors.name.message)
              }
              spellCheck={false}
              autoCapitalize="none"
              data-testid="skill-name"
              {...form.register('name')}
            />
            <TextAreaField
              label="Description"
              rows={2}
              hint="What it is for. Agents decide by this whether to load it."
              error={errors.description && 'Say what it is for, in at most 1,000 characters.'}
              data-testid="skill-description"
              {...form.register('description')}
            />
            <MarkdownField
              label="Content"
              rows={16}
              text={content}
              error={errors.content && 'Write how it is done, in at most 100,000 characters.'}
              data-testid="skill-content"
              {...form.register('content')}
            />
          </fieldset>
          <SaveBar
            dirty={editable && (isDirty || !skill)}
            saving={isSubmitting}
            problem={errors.root?.message ?? null}
            action={skill ? 'Save' : 'Create skill'}
            onDiscard={() => form.reset()}
          />
        </form>
      </Section>
      {removing && skill && (
        <ConfirmDialog
          title={`Delete “${skill.name}”?`}
          action="Delete"
          onConfirm={remove}
          onClose={() => setRemoving(false)}
        >
          No agent has it any more, from the next run on.
        </ConfirmDialog>
      )}
    </PageBody>
  );
}
