import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import type * as z from 'zod';
import { ModelPrice } from '#core/protocol/budget.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { TextField } from '../kit/field.tsx';
import { FormDialog } from '../kit/form-dialog.tsx';
import { toast } from '../kit/toast.tsx';

interface PriceDialogProps {
  /** What stands in its field at first. */
  readonly model: string;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

/** What is left empty is no number, and not 0. */
const numberIn = (value: unknown): number => (value === '' ? Number.NaN : Number(value));

export function PriceDialog({ model, onSaved, onClose }: PriceDialogProps) {
  const { api } = usePlatform();
  const { id: workspaceId } = useThisWorkspace();
  const form = useForm<z.input<typeof ModelPrice>, unknown, ModelPrice>({
    resolver: zodResolver(ModelPrice),
    defaultValues: { model, validFrom: new Date().toISOString().slice(0, 10), input: 0, cachedInput: 0, output: 0 },
  });
  const { errors } = form.formState;
  const amount = { type: 'number', step: 'any', min: 0 } as const;
  const wrong = 'From 0 to 100,000.';

  async function save(body: ModelPrice): Promise<void> {
    await api('PUT /v1/workspaces/{workspaceId}/prices', { path: { workspaceId }, body });
    onSaved();
    toast.done('The price is set.');
    onClose();
  }

  return (
    <FormDialog
      title="Add a price"
      description="In US dollars per million tokens."
      form={form}
      onSubmit={save}
      onClose={onClose}
      action="Set price"
      testId="price-dialog"
      submitTestId="price-submit"
    >
      <TextField
        label="Model"
        placeholder="openai-compatible/my-model"
        spellCheck={false}
        autoCapitalize="none"
        error={errors.model && 'Write it as provider/model.'}
        data-testid="price-model"
        {...form.register('model')}
      />
      <div className="grid grid-cols-3 gap-3">
        <TextField
          label="In"
          {...amount}
          error={errors.input && wrong}
          data-testid="price-input"
          {...form.register('input', { setValueAs: numberIn })}
        />
        <TextField
          label="In, cached"
          {...amount}
          error={errors.cachedInput && wrong}
          {...form.register('cachedInput', { setValueAs: numberIn })}
        />
        <TextField
          label="Out"
          {...amount}
          error={errors.output && wrong}
          data-testid="price-output"
          {...form.register('output', { setValueAs: numberIn })}
        />
      </div>
      <TextField
        label="From"
        type="date"
        hint="The first day (UTC) that it holds for."
        error={errors.validFrom && 'Choose a day.'}
        {...form.register('validFrom')}
      />
    </FormDialog>
  );
}
