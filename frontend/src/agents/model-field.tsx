import { useFormContext } from 'react-hook-form';
import { TextField } from '../kit/field.tsx';
import type { AgentFields } from './agent-form.ts';

export function ModelField() {
  const { register, formState } = useFormContext<AgentFields>();
  return (
    <TextField
      label="Model"
      hint="provider/model, a short name such as sonnet, or “default” for the model of this deployment."
      error={formState.errors.model?.message}
      spellCheck={false}
      autoCapitalize="none"
      data-testid="agent-model"
      {...register('model')}
    />
  );
}
