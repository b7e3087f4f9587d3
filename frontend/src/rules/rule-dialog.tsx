import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import type * as z from 'zod';
import { AgentId } from '#core/protocol/ids.ts';
import { type Rule, RuleContent } from '#core/protocol/rule.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useAgents } from '../app/use-workspace.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { SelectField, TextAreaField, TextField } from '../kit/field.tsx';
import { FormDialog } from '../kit/form-dialog.tsx';
import { toast } from '../kit/toast.tsx';
import { newRequestId } from '../platform.ts';

interface RuleDialogProps {
  readonly rule: Rule | null;
  /** Whom a new one is for at first; null for every agent. */
  readonly agentId: AgentId | null;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

type Fields = z.input<typeof RuleContent>;
const isField = (path: string): path is keyof Fields => ['kind', 'text', 'respondWith', 'priority'].includes(path);

export function RuleDialog({ rule, agentId, onSaved, onClose }: RuleDialogProps) {
  const { api } = usePlatform();
  const { id: workspaceId } = useThisWorkspace();
  const agents = useAgents().data ?? [];
  const [forAgent, setForAgent] = useState<AgentId | null>(rule ? rule.agentId : agentId);
  const [clientRequestId] = useState(newRequestId);
  const form = useForm<Fields, unknown, RuleContent>({
    resolver: zodResolver(RuleContent),
    defaultValues: rule
      ? {
          kind: rule.kind,
          text: rule.text,
          respondWith: rule.respondWith,
          priority: rule.priority,
          enabled: rule.enabled,
        }
      : { kind: 'always', text: '', respondWith: null, priority: 100, enabled: true },
  });
  const kind = useWatch({ control: form.control, name: 'kind' });
  const { errors } = form.formState;

  async function save(content: RuleContent): Promise<void> {
    if (rule) await api('PATCH /v1/rules/{ruleId}', { path: { ruleId: rule.id }, body: content });
    else await api('POST /v1/rules', { body: { ...content, workspaceId, agentId: forAgent, clientRequestId } });
    onSaved();
    toast.done('The rule holds from the next run on.');
    onClose();
  }

  return (
    <FormDialog
      title={rule ? 'Edit rule' : 'New rule'}
      form={form}
      onSubmit={save}
      onClose={onClose}
      action="Save"
      isField={isField}
      testId="rule-dialog"
      submitTestId="rule-submit"
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label="Kind"
          {...form.register('kind', {
            onChange: (event: { target: { value: string } }) =>
              form.setValue('respondWith', event.target.value === 'when' ? '' : null),
          })}
        >
          <option value="always">Always do</option>
          <option value="never">Never do</option>
          <option value="when">When this comes up</option>
        </SelectField>
        <SelectField
          label="For"
          disabled={rule !== null}
          value={forAgent ?? ''}
          onChange={(event) => setForAgent(AgentId.safeParse(event.target.value).data ?? null)}
        >
          <option value="">Every agent</option>
          {agents.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <TextAreaField
        label={kind === 'when' ? 'Situation' : 'Rule'}
        rows={3}
        placeholder={
          kind === 'when'
            ? 'Somebody asks for a refund'
            : kind === 'never'
              ? 'Promise a date of delivery'
              : 'Answer in the language of the question'
        }
        error={errors.text && 'Write it in at most 4,000 characters.'}
        data-testid="rule-text"
        {...form.register('text')}
      />
      {kind === 'when' && (
        <TextAreaField
          label="Answer"
          rows={3}
          placeholder="Ask for the order number first, then hand over to Billing."
          error={errors.respondWith && 'Say what to answer.'}
          {...form.register('respondWith')}
        />
      )}
      <TextField
        label="Place"
        type="number"
        min={0}
        max={1000}
        hint="From 0 to 1,000; lower ones come first."
        error={errors.priority && 'From 0 to 1,000.'}
        {...form.register('priority', { setValueAs: Number })}
      />
    </FormDialog>
  );
}
