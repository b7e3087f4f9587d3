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
import { Actions, Dialog } from '../kit/dialog.tsx';
import { TextField } from '../kit/field.tsx';
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

  async function run(change: () => Promise<unknown>, done: string): Promise<void> {
    try {
      await change();
      await queries.invalidateQueries({ queryKey: ['memories', agentId] });
      toast.done(done);
      onClose();
    } catch (error) {
      form.setError('root', { message: messageOf(error) });
    }
  }

  const save = (body: z.output<typeof Form>) =>
    run(() => api('PATCH /v1/agents/{agentId}/memory', { path: { agentId }, body }), 'The memory is saved.');
  const remove = (path: string) =>
    run(
      () => api('DELETE /v1/agents/{agentId}/memory', { path: { agentId }, query: { path } }),
      'The memory was deleted.',
    );

  return (
    <form noValidate onSubmit={(event) => void form.handleSubmit(save)(event)}>
      <fieldset disabled={!editable} className="flex flex-col gap-4">
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
      </fieldset>
      {errors.root && (
        <p role="alert" className="mt-3 text-danger text-sm">
          {errors.root.message}
        </p>
      )}
      {editable && (
        <Actions className="mt-3">
          {memory && (
            <Button className="mr-auto text-danger" disabled={isSubmitting} onClick={() => void remove(memory.path)}>
              Delete
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={!isDirty || isSubmitting} data-testid="memory-submit">
            Save
          </Button>
        </Actions>
      )}
    </form>
  );
}
