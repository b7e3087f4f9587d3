import { zodResolver } from '@hookform/resolvers/zod';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import * as z from 'zod';
import { type Workspace, WorkspaceName } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useMe } from '../app/use-me.ts';
import { Button, buttonLook } from '../kit/button.tsx';
import { Actions, Dialog } from '../kit/dialog.tsx';
import { TextField } from '../kit/field.tsx';
import { DialogForm } from '../kit/form-dialog.tsx';
import { RadioCards } from '../kit/radio-cards.tsx';
import { newRequestId } from '../platform.ts';

interface CreateWorkspaceDialogProps {
  readonly onCreated: (workspace: Workspace) => void;
  readonly onClose: () => void;
}

const NewWorkspace = z.object({ name: WorkspaceName, kind: z.enum(['company', 'client']) });

export function CreateWorkspaceDialog({ onCreated, onClose }: CreateWorkspaceDialogProps) {
  const isGuest = useMe().data?.isAnonymous === true;
  return (
    <Dialog
      title="Create a workspace"
      description="Its people, agents, keys and threads are its own: nobody outside ever sees them."
      onClose={onClose}
      testId="create-workspace-dialog"
    >
      {isGuest ? <GuestsFirst onClose={onClose} /> : <CreateForm onCreated={onCreated} onClose={onClose} />}
    </Dialog>
  );
}

function GuestsFirst({ onClose }: { readonly onClose: () => void }) {
  return (
    <>
      <p className="text-sm leading-relaxed">
        You are a guest. A workspace for several people needs somebody who can be found again, so create an account
        first; you keep everything that you have.
      </p>
      <Actions className="mt-3">
        <Button onClick={onClose}>Not now</Button>
        <Link to="/sign-in" search={{ mode: 'create' }} onClick={onClose} className={buttonLook('primary')}>
          Create an account
        </Link>
      </Actions>
    </>
  );
}

function CreateForm({ onCreated, onClose }: CreateWorkspaceDialogProps) {
  const { api, userId } = usePlatform();
  const queries = useQueryClient();
  const form = useForm<z.input<typeof NewWorkspace>, unknown, z.output<typeof NewWorkspace>>({
    resolver: zodResolver(NewWorkspace),
    defaultValues: { name: '', kind: 'company' },
  });
  // The same when it is tried again, so that there is one workspace in the end.
  const [clientRequestId] = useState(newRequestId);
  const { errors } = form.formState;

  async function create(body: z.output<typeof NewWorkspace>): Promise<void> {
    const workspace = await api('POST /v1/workspaces', { body: { ...body, clientRequestId } });
    await queries.invalidateQueries({ queryKey: ['workspaces', userId] });
    onCreated(workspace);
    onClose();
  }

  return (
    <DialogForm form={form} onSubmit={create} onClose={onClose} action="Create" submitTestId="create-workspace-submit">
      <TextField
        label="Name"
        placeholder="Acme"
        error={errors.name && 'Give it a name of at most 80 characters.'}
        data-testid="new-workspace-name"
        {...form.register('name')}
      />
      <RadioCards
        legend="What is it for?"
        options={[
          { value: 'company', title: 'Company', text: 'A team that works together.' },
          { value: 'client', title: 'Client', text: 'One that you keep for a client.' },
        ]}
        {...form.register('kind')}
      />
    </DialogForm>
  );
}
