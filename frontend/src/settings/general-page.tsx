import { zodResolver } from '@hookform/resolvers/zod';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import * as z from 'zod';
import { WorkspaceName } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { formatDate } from '../format/date.ts';
import { messageOf } from '../http/call-error.ts';
import { Button } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { TextField } from '../kit/field.tsx';
import { PageBody, Section } from '../kit/page.tsx';
import { toast } from '../kit/toast.tsx';
import { kindNames } from '../workspace/kind-names.ts';
import { DeleteWorkspaceDialog } from './delete-workspace-dialog.tsx';
import { useExport } from './use-export.ts';

export function GeneralPage() {
  const workspace = useThisWorkspace();
  usePageTitle(`Settings of ${workspace.name}`);
  return (
    <PageBody>
      <NameSection />
      {workspace.role === 'owner' && <ExportSection />}
      {workspace.kind !== 'personal' && <LeaveSection />}
      {workspace.role === 'owner' && workspace.kind !== 'personal' && <DeleteSection />}
    </PageBody>
  );
}

const NameForm = z.object({ name: WorkspaceName });

function NameSection() {
  const { api, userId } = usePlatform();
  const { id, name, kind, role, createdAt } = useThisWorkspace();
  const queries = useQueryClient();
  const form = useForm({ resolver: zodResolver(NameForm), values: { name } });
  const { errors, isDirty, isSubmitting } = form.formState;

  async function save(change: z.output<typeof NameForm>): Promise<void> {
    try {
      await api('PATCH /v1/workspaces/{workspaceId}', { path: { workspaceId: id }, body: change });
      await queries.invalidateQueries({ queryKey: ['workspaces', userId] });
      toast.done('The workspace has its new name.');
    } catch (error) {
      form.setError('name', { message: messageOf(error) });
    }
  }

  return (
    <Section
      title="Workspace"
      text={`${kindNames[kind]} workspace, since ${formatDate(createdAt)}. You are ${role === 'owner' ? 'an owner' : role === 'admin' ? 'an admin' : 'a member'}.`}
    >
      <form
        noValidate
        onSubmit={(event) => void form.handleSubmit(save)(event)}
        className="flex flex-wrap items-start gap-3"
      >
        <TextField
          label="Name"
          className="min-w-56 grow"
          disabled={!mayManage(role)}
          error={errors.name?.message}
          data-testid="workspace-name"
          {...form.register('name')}
        />
        {mayManage(role) && (
          <Button
            kind="primary"
            type="submit"
            disabled={!isDirty || isSubmitting}
            className="mt-6.5 min-h-10"
            data-testid="save-name"
          >
            Rename
          </Button>
        )}
      </form>
    </Section>
  );
}

function ExportSection() {
  const { state, start } = useExport();
  return (
    <Section
      title="Export"
      text="Everything in this workspace that you may see, as one JSON file: members, agents, threads with their messages, settings, usage. Keys are not in it."
      action={
        <Button onClick={() => void start()} disabled={state.status === 'running'} data-testid="export">
          {state.status === 'running' ? `Exporting… ${state.rows} rows` : 'Export as JSON'}
        </Button>
      }
    >
      {state.status === 'failed' && (
        <p role="alert" className="text-danger text-sm">
          {state.message}
        </p>
      )}
      {state.status === 'done' && (
        <p role="status" className="text-good text-sm" data-testid="exported">
          {state.rows} rows were exported.
        </p>
      )}
    </Section>
  );
}

function LeaveSection() {
  const { api, userId } = usePlatform();
  const { id, name } = useThisWorkspace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);

  async function leave(): Promise<void> {
    await api('DELETE /v1/workspaces/{workspaceId}/members/{userId}', {
      path: { workspaceId: id, userId },
    });
    await navigate({ to: '/' });
    await queries.invalidateQueries({ queryKey: ['workspaces', userId] });
    toast.done(`You left ${name}.`);
  }

  return (
    <Section
      title="Leave"
      text="You lose access at once. What you did here stays. The last owner cannot leave: hand the ownership over first."
      action={
        <Button onClick={() => setAsking(true)} data-testid="leave">
          Leave workspace
        </Button>
      }
    >
      {asking && (
        <ConfirmDialog title={`Leave ${name}?`} action="Leave" onConfirm={leave} onClose={() => setAsking(false)}>
          Your threads in it can no longer be opened by you. Somebody has to invite you to come back.
        </ConfirmDialog>
      )}
    </Section>
  );
}

function DeleteSection() {
  const [asking, setAsking] = useState(false);
  return (
    <Section
      danger
      title="Delete"
      text="The workspace with everything in it is gone at once, for everybody, for good."
      action={
        <Button kind="danger" onClick={() => setAsking(true)} data-testid="delete-workspace">
          Delete workspace
        </Button>
      }
    >
      {asking && <DeleteWorkspaceDialog onClose={() => setAsking(false)} />}
    </Section>
  );
}
