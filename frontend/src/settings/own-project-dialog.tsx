import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import * as z from 'zod';
import { NewOwnProject, type OwnProject } from '#core/protocol/own-project.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { Button } from '../kit/button.tsx';
import { Actions, Dialog } from '../kit/dialog.tsx';
import { TextField } from '../kit/field.tsx';
import { showProblems } from '../kit/form-problems.ts';
import { toast } from '../kit/toast.tsx';

interface OwnProjectDialogProps {
  readonly project: OwnProject | null;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

const Form = NewOwnProject.extend({ isCopy: z.boolean() });
type Fields = z.output<typeof Form>;
const isField = (path: string): path is keyof Fields => path in Form.shape;

export function OwnProjectDialog({ project, onSaved, onClose }: OwnProjectDialogProps) {
  const { api } = usePlatform();
  const { id: workspaceId } = useThisWorkspace();
  const form = useForm<Fields>({
    resolver: zodResolver(Form),
    defaultValues: { url: project?.url ?? '', publishableKey: '', jwtSecret: '', isCopy: false },
  });
  const { errors, isSubmitting } = form.formState;

  async function save(body: Fields): Promise<void> {
    try {
      await api('POST /v1/workspaces/{workspaceId}/project', { path: { workspaceId }, body });
      onSaved();
      toast.done('The project works. New conversations are kept there from now on.');
      onClose();
    } catch (error) {
      showProblems(form, error, isField);
    }
  }

  return (
    <Dialog
      title={project ? 'Put in new keys' : 'Use your own project'}
      description="The project is tried first. Its keys are kept encrypted and never shown again."
      onClose={onClose}
      testId="own-project-dialog"
    >
      <form
        noValidate
        autoComplete="off"
        onSubmit={(event) => void form.handleSubmit(save)(event)}
        className="flex flex-col gap-4"
      >
        <TextField
          label="Address"
          type="url"
          placeholder="https://abcdefghijklmnop.supabase.co"
          error={errors.url?.message}
          data-testid="own-project-url"
          {...form.register('url')}
        />
        <TextField
          label="Publishable key"
          spellCheck={false}
          placeholder="sb_publishable_…"
          error={errors.publishableKey?.message}
          data-testid="own-project-key"
          {...form.register('publishableKey')}
        />
        <TextField
          label="JWT secret"
          type="password"
          autoComplete="new-password"
          spellCheck={false}
          hint="The shared secret in the project’s settings, under JWT Keys."
          error={errors.jwtSecret?.message}
          data-testid="own-project-secret"
          {...form.register('jwtSecret')}
        />
        {project && project.threadsThere > 0 && (
          <label className="flex items-start gap-2 text-sm">
            <input type="checkbox" className="mt-0.5" {...form.register('isCopy')} />
            If the address is another one: its database is a copy of this one.
          </label>
        )}
        {errors.root && (
          <p role="alert" className="text-danger text-sm" data-testid="own-project-problem">
            {errors.root.message}
          </p>
        )}
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={isSubmitting} data-testid="own-project-submit">
            {isSubmitting ? 'Trying it…' : 'Try and save'}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
