import { zodResolver } from '@hookform/resolvers/zod';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useForm } from 'react-hook-form';
import * as z from 'zod';
import { AgentDraft } from '#core/protocol/agent-content.ts';
import { CatalogDraft, CatalogSlug } from '#core/protocol/catalog.ts';
import { useDepartments } from '../agents/agent-queries.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { SelectField, TextAreaField, TextField } from '../kit/field.tsx';
import { FormDialog } from '../kit/form-dialog.tsx';
import { managedKey } from './catalog-queries.ts';

const Form = z.object({
  name: AgentDraft.shape.name,
  slug: CatalogSlug,
  department: z.string().min(1),
  instructions: CatalogDraft.shape.instructions,
});
type Fields = z.input<typeof Form>;

/** Begins a catalog agent with a first draft, and leads to it. */
export function NewEntryDialog({ onClose }: { readonly onClose: () => void }) {
  const { api } = usePlatform();
  const { id: workspaceId } = useThisWorkspace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const departments = useDepartments().data ?? [];
  const form = useForm<Fields, unknown, z.output<typeof Form>>({
    resolver: zodResolver(Form),
    defaultValues: { name: '', slug: '', department: '', instructions: '' },
  });
  const { errors, dirtyFields } = form.formState;

  async function add({ name, slug, department, instructions }: z.output<typeof Form>): Promise<void> {
    const added = await api('POST /v1/catalog/agents', { body: { slug, department, content: { name, instructions } } });
    await queries.invalidateQueries({ queryKey: managedKey });
    await navigate({
      to: '/w/$workspaceId/catalog/$catalogAgentId',
      params: { workspaceId, catalogAgentId: added.id },
    });
  }

  return (
    <FormDialog
      title="New catalog agent"
      description="Nobody sees it before its first version is published."
      form={form}
      onSubmit={add}
      onClose={onClose}
      action="Begin"
      testId="new-entry-dialog"
      submitTestId="new-entry-submit"
    >
      <TextField
        label="Name"
        placeholder="Strategy Analyst"
        error={errors.name && 'Give it a name of at most 80 characters.'}
        data-testid="entry-name"
        {...form.register('name', {
          onChange: (event: { target: { value: string } }) => {
            if (!dirtyFields.slug) form.setValue('slug', slugOf(event.target.value));
          },
        })}
      />
      <TextField
        label="Slug"
        placeholder="strategy-analyst"
        hint="Its name in addresses. It never changes."
        error={errors.slug && 'Words of small letters and digits, joined by hyphens.'}
        spellCheck={false}
        autoCapitalize="none"
        data-testid="entry-slug"
        {...form.register('slug')}
      />
      <SelectField
        label="Department"
        error={errors.department && 'Choose one.'}
        data-testid="entry-department"
        {...form.register('department')}
      >
        <option value="">Choose…</option>
        {departments.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </SelectField>
      <TextAreaField
        label="Instructions"
        hint="What it is to do and how, in markdown. The rest is written on its page."
        error={errors.instructions && 'Say what it is to do.'}
        data-testid="entry-instructions"
        {...form.register('instructions')}
      />
    </FormDialog>
  );
}

const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 64);
