import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import * as z from 'zod';
import { type Budget, BudgetPeriod, BudgetScope, Usd } from '#core/protocol/budget.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useAgents } from '../app/use-workspace.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { SelectField, TextField } from '../kit/field.tsx';
import { FormDialog } from '../kit/form-dialog.tsx';
import { toast } from '../kit/toast.tsx';
import { memberName } from './member-names.ts';
import { useEveryMember } from './use-members.ts';

interface BudgetDialogProps {
  /** One that is there already: only its limit changes. */
  readonly budget: Budget | null;
  readonly whose: string | null;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

const Form = z.object({
  kind: z.enum(['workspace', 'user', 'agent']),
  subject: z.string(),
  period: BudgetPeriod,
  limitUsd: Usd.refine((usd) => usd > 0),
});

export function BudgetDialog({ budget, whose, onSaved, onClose }: BudgetDialogProps) {
  const { api } = usePlatform();
  const { id: workspaceId } = useThisWorkspace();
  const agents = useAgents().data ?? [];
  const members = useEveryMember(workspaceId).data ?? [];
  const form = useForm<z.input<typeof Form>, unknown, z.output<typeof Form>>({
    resolver: zodResolver(Form),
    defaultValues: {
      kind: budget?.scope.kind ?? 'workspace',
      subject: '',
      period: budget?.period ?? 'month',
      limitUsd: budget?.limitUsd ?? 20,
    },
  });
  const kind = useWatch({ control: form.control, name: 'kind' });
  const { errors } = form.formState;

  async function save({ kind: scopeKind, subject, period, limitUsd }: z.output<typeof Form>): Promise<void> {
    const scope = budget
      ? { success: true as const, data: budget.scope }
      : BudgetScope.safeParse({
          kind: scopeKind,
          ...(scopeKind === 'user' && { userId: subject }),
          ...(scopeKind === 'agent' && { agentId: subject }),
        });
    if (!scope.success) {
      form.setError('subject', { message: 'Choose whose spending it limits.' }, { shouldFocus: true });
      return;
    }
    await api('PUT /v1/workspaces/{workspaceId}/budgets', {
      path: { workspaceId },
      body: { scope: scope.data, period, limitUsd },
    });
    onSaved();
    toast.done('The budget is set.');
    onClose();
  }

  return (
    <FormDialog
      title={budget ? `Budget: ${whose}` : 'New budget'}
      form={form}
      onSubmit={save}
      onClose={onClose}
      action="Set budget"
      testId="budget-dialog"
      submitTestId="budget-submit"
    >
      {!budget && (
        <SelectField label="Limits" {...form.register('kind')}>
          <option value="workspace">the whole workspace</option>
          <option value="user">one member</option>
          <option value="agent">one agent, whoever runs it</option>
        </SelectField>
      )}
      {!budget && kind !== 'workspace' && (
        <SelectField
          label={kind === 'user' ? 'Member' : 'Agent'}
          error={errors.subject?.message}
          {...form.register('subject')}
        >
          <option value="">Choose…</option>
          {kind === 'user'
            ? members.map((member) => (
                <option key={member.userId} value={member.userId}>
                  {memberName(member)}
                </option>
              ))
            : agents.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
        </SelectField>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Limit in US dollars"
          type="number"
          step="any"
          min={0}
          error={errors.limitUsd && 'More than 0, at most 1,000,000.'}
          data-testid="budget-limit"
          {...form.register('limitUsd', { setValueAs: Number })}
        />
        <SelectField label="For" disabled={budget !== null} {...form.register('period')}>
          <option value="day">each day</option>
          <option value="month">each month</option>
          <option value="total">all time</option>
        </SelectField>
      </div>
      <p className="text-[13px] text-muted leading-snug">Days and months begin at midnight UTC.</p>
    </FormDialog>
  );
}
