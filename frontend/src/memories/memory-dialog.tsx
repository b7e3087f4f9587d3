import { zodResolver } from '@hookform/resolvers/zod';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useForm, useWatch } from 'react-hook-form';
import * as z from 'zod';
import type { AgentId } from '#core/protocol/ids.ts';
import { type Memory, MemoryContent, MemoryPath } from '#core/protocol/memory.ts';
import { usePlatform } from '../app/platform-context.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { messageOf } from '../http/call-error.ts';
import { Button } from '../kit/button.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { TextField } from '../kit/field.tsx';
import { DialogForm } from '../kit/form-dialog.tsx';
import { MarkdownField } from '../kit/markdown-field.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { toast } from '../kit/toast.tsx';

interface MemoryDialogProps {
  readonly agentId: AgentId;
  /** Null for a new one. */
  readonly path: string | null;
  readonly onClose: () => void;
}

export function MemoryDialog({ agentId, path, onClose }: MemoryDialogProps) {
  const { api } = usePlatform();
  const memory = useQuery({
    queryKey: ['memories', agentId, 'one', path],
    enabled: path !== null,
    staleTime: 0,
    queryFn: ({ signal }) =>
      api('GET /v1/agents/{agentId}/memory', { path: { agentId }, query: { path: path ?? '' } }, signal),
  });
  return (
    <Dialog wide title={path ?? 'New memory'} onClose={onClose} testId="memory-dialog">
      {path === null ? (
        <MemoryForm agentId={agentId} memory={null} onClose={onClose} />
      ) : (
        <QueryView query={memory} what="The memory">
          {(found) => <MemoryForm agentId={agentId} memory={found} onClose={onClose} />}
        </QueryView>
      )}
    </Dialog>
  );
}

const Form = z.object({ path: MemoryPath, content: MemoryContent });

interface MemoryFormProps {
  readonly agentId: AgentId;
  readonly memory: Memory | null;
  readonly onClose: () => void;
}

function MemoryForm({ agentId, memory, onClose }: MemoryFormProps) {
  const { api } = usePlatform();
  const { role } = useThisWorkspace();
  const queries = useQueryClient();
  const form = useForm<z.input<typeof Form>, unknown, z.output<typeof Form>>({
    resolver: zodResolver(Form),
    defaultValues: { path: memory?.path ?? '', content: memory?.content ?? '' },
  });
  const content = useWatch({ control: form.control, name: 'content' });
  const { errors, isDirty, isSubmitting } = form.formState;
  const editable = mayManage(role);

  async function finish(done: string): Promise<void> {
    await queries.invalidateQueries({ queryKey: ['memories', agentId] });
    toast.done(done);
    onClose();
  }

  async function save(body: z.output<typeof Form>): Promise<void> {
    await api('PATCH /v1/agents/{agentId}/memory', { path: { agentId }, body });
    await finish('The memory is saved.');
  }

  async function remove(path: string): Promise<void> {
    try {
      await api('DELETE /v1/agents/{agentId}/memory', { path: { agentId }, query: { path } });
      await finish('The memory was deleted.');
    } catch (error) {
      form.setError('root', { message: messageOf(error) });
    }
  }

  return (
    <DialogForm
      form={form}
      onSubmit={save}
      onClose={onClose}
      action="Save"
      submitTestId="memory-submit"
      readOnly={!editable}
      disabled={!isDirty}
      otherAction={
        memory && (
          <Button className="text-danger" disabled={isSubmitting} onClick={() => void remove(memory.path)}>
            Delete
          </Button>
        )
      }
    >
      {!memory && (
        <TextField
          label="Path"
          placeholder="customers/acme.md"
          error={errors.path?.message}
          spellCheck={false}
          autoCapitalize="none"
          data-testid="memory-path"
          {...form.register('path')}
        />
      )}
      <MarkdownField
        label="Content"
        rows={14}
        text={content}
        error={errors.content?.message}
        data-testid="memory-content"
        {...form.register('content')}
      />
    </DialogForm>
  );
}
