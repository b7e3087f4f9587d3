import { useFormContext, useWatch } from 'react-hook-form';
import { Avatar } from '../kit/avatar.tsx';
import { TextAreaField, TextField } from '../kit/field.tsx';
import { MarkdownField } from '../kit/markdown-field.tsx';
import { Section } from '../kit/page.tsx';
import { type AgentFields, orNull } from './agent-form.ts';
import { useDepartments } from './agent-queries.ts';

interface ProfileFieldsProps {
  /** Whether the department is one of the fields; in the catalog it belongs to the place and not to a version. */
  readonly withDepartment?: boolean;
}

export function ProfileFields({ withDepartment = true }: ProfileFieldsProps) {
  const { register, control, formState } = useFormContext<AgentFields>();
  const [name, avatar, instructions] = useWatch({ control, name: ['name', 'avatar', 'instructions'] });
  const departments = useDepartments().data ?? [];
  const { errors } = formState;
  return (
    <>
      <Section title="Who it is">
        <div className="flex flex-col gap-4">
          <div className="flex items-start gap-4">
            <Avatar name={name || 'Agent'} avatar={avatar} size="large" />
            <TextField
              label="Name"
              className="grow"
              placeholder="Ada"
              error={errors.name && 'Give it a name of at most 80 characters.'}
              data-testid="agent-name-field"
              {...register('name')}
            />
          </div>
          <div className="grid gap-4 sm:grid-cols-3">
            <TextField label="Role" placeholder="Engineer" error={errors.role?.message} {...register('role')} />
            {withDepartment && (
              <TextField
                label="Department"
                list="departments"
                placeholder="Engineering"
                error={errors.department?.message}
                {...register('department', { setValueAs: orNull })}
              />
            )}
            <datalist id="departments">
              {departments.map((department) => (
                <option key={department} value={department} />
              ))}
            </datalist>
            <TextField
              label="Avatar"
              placeholder="🦉"
              hint="One emoji, or the https address of a picture."
              error={errors.avatar && 'Take one emoji, or an address that begins with https://.'}
              {...register('avatar', { setValueAs: orNull })}
            />
          </div>
          <TextAreaField
            label="Description"
            rows={2}
            hint="What it is good for. People and other agents choose it by this."
            error={errors.description?.message}
            {...register('description')}
          />
        </div>
      </Section>
      <Section title="How it works">
        <div className="flex flex-col gap-5">
          <MarkdownField
            label="Instructions"
            text={instructions ?? ''}
            hint="What it is to do and how, in markdown. The model reads this first."
            error={errors.instructions?.message}
            data-testid="agent-instructions"
            {...register('instructions')}
          />
          <TextAreaField
            label="Personality"
            rows={2}
            placeholder="Calm, exact, with a dry sense of humour."
            error={errors.personality?.message}
            {...register('personality')}
          />
        </div>
      </Section>
    </>
  );
}
