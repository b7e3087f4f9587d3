import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import * as z from 'zod';
import { ApiKeyName, ApiKeyScope } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { Button } from '../kit/button.tsx';
import { Actions, Dialog } from '../kit/dialog.tsx';
import { CheckField, SelectField, TextField } from '../kit/field.tsx';
import { FormDialog } from '../kit/form-dialog.tsx';
import { OnceShown } from '../kit/once-shown.tsx';

interface ApiKeyDialogProps {
  readonly onMade: () => void;
  readonly onClose: () => void;
}

export const scopeNames: Record<ApiKeyScope, { title: string; text: string }> = {
  read: { title: 'Read', text: 'Look at agents, threads and runs.' },
  run: { title: 'Run', text: 'Have threads and run agents.' },
  manage: { title: 'Manage', text: 'Whatever an admin may change.' },
};

const Form = z.object({
  name: ApiKeyName,
  scopes: z.array(ApiKeyScope).min(1),
  days: z.enum(['30', '90', '365', 'never']),
});

const dayMs = 86_400_000;

export function ApiKeyDialog({ onMade, onClose }: ApiKeyDialogProps) {
  const { api } = usePlatform();
  const { id: workspaceId } = useThisWorkspace();
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm<z.input<typeof Form>, unknown, z.output<typeof Form>>({
    resolver: zodResolver(Form),
    defaultValues: { name: '', scopes: ['read', 'run'], days: '90' },
  });
  const { errors } = form.formState;

  async function create({ name, scopes, days }: z.output<typeof Form>): Promise<void> {
    const expiresAt = days === 'never' ? undefined : new Date(Date.now() + Number(days) * dayMs).toISOString();
    const made = await api('POST /v1/workspaces/{workspaceId}/api-keys', {
      path: { workspaceId },
      body: { name, scopes, ...(expiresAt && { expiresAt }) },
    });
    setSecret(made.secret);
    onMade();
  }

  if (secret) {
    return (
      <Dialog
        title="Your new API key"
        description="Copy it now: it is not shown again. Send it as the header X-API-Key."
        onClose={onClose}
        testId="api-key-dialog"
      >
        <OnceShown label="API key" text={secret} testId="api-key-secret" />
        <Actions className="mt-3">
          <Button kind="primary" onClick={onClose}>
            I have copied it
          </Button>
        </Actions>
      </Dialog>
    );
  }
  return (
    <FormDialog
      title="Create an API key"
      form={form}
      onSubmit={create}
      onClose={onClose}
      action="Create key"
      testId="api-key-dialog"
      submitTestId="api-key-submit"
    >
      <TextField
        label="Name"
        placeholder="Production backend"
        error={errors.name && 'Give it a name of at most 80 characters.'}
        data-testid="api-key-name"
        {...form.register('name')}
      />
      <fieldset>
        <legend className="mb-1 font-medium text-sm">Reach</legend>
        {ApiKeyScope.options.map((scope) => (
          <CheckField
            key={scope}
            label={scopeNames[scope].title}
            hint={scopeNames[scope].text}
            value={scope}
            {...form.register('scopes')}
          />
        ))}
        {errors.scopes && (
          <p role="alert" className="text-[13px] text-danger">
            Choose at least one.
          </p>
        )}
      </fieldset>
      <SelectField label="Ends" {...form.register('days')}>
        <option value="30">In 30 days</option>
        <option value="90">In 90 days</option>
        <option value="365">In a year</option>
        <option value="never">Never</option>
      </SelectField>
    </FormDialog>
  );
}
