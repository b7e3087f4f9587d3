import { useFormContext } from 'react-hook-form';
import { SelectField, TextField } from '../kit/field.tsx';
import { Section } from '../kit/page.tsx';
import { type AgentFields, numberOrNothing, numberOrNull } from './agent-form.ts';
import { ModelField } from './model-field.tsx';

/** Which model answers, how, and where a run ends by itself. */
export function LimitFields() {
  const { register, formState } = useFormContext<AgentFields>();
  const { settings, limits } = formState.errors;
  return (
    <>
      <Section title="Model">
        <div className="flex flex-col gap-4">
          <ModelField />
          <div className="grid gap-4 sm:grid-cols-3">
            <SelectField
              label="Reasoning"
              hint="How long it thinks before it answers."
              {...register('settings.reasoningEffort', { setValueAs: (value) => value || undefined })}
            >
              <option value="">The model’s own</option>
              <option value="minimal">Minimal</option>
              <option value="low">Low</option>
              <option value="medium">Medium</option>
              <option value="high">High</option>
            </SelectField>
            <TextField
              label="Temperature"
              type="number"
              step="0.1"
              min={0}
              max={2}
              placeholder="The model’s own"
              hint="0 is steady, 2 is wild."
              error={settings?.temperature && 'From 0 to 2, or empty.'}
              {...register('settings.temperature', { setValueAs: numberOrNothing })}
            />
            <TextField
              label="Longest answer"
              type="number"
              min={1}
              placeholder="The model’s own"
              hint="In tokens."
              error={settings?.maxOutputTokens && 'From 1 to 200,000, or empty.'}
              {...register('settings.maxOutputTokens', { setValueAs: numberOrNothing })}
            />
          </div>
        </div>
      </Section>
      <Section
        title="Limits of a run"
        text="A run that reaches one of these ends and says so. What it did until then stays."
      >
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            label="Turns"
            type="number"
            min={1}
            max={200}
            hint="How often the model is asked."
            error={limits?.maxTurns && 'From 1 to 200.'}
            {...register('limits.maxTurns', { setValueAs: Number })}
          />
          <TextField
            label="Working time"
            type="number"
            min={5}
            hint="In seconds. Waiting for a person does not count."
            error={limits?.maxSeconds && 'From 5 to 14,400.'}
            {...register('limits.maxSeconds', { setValueAs: Number })}
          />
          <TextField
            label="Tokens"
            type="number"
            min={1}
            placeholder="No limit"
            hint="In and out, over all model calls."
            error={limits?.maxTokens && 'A whole number, or empty.'}
            {...register('limits.maxTokens', { setValueAs: numberOrNull })}
          />
          <TextField
            label="Cost"
            type="number"
            step="0.01"
            min={0}
            placeholder="No limit"
            hint="In US dollars."
            error={limits?.maxCostUsd && 'More than 0, or empty.'}
            {...register('limits.maxCostUsd', { setValueAs: numberOrNull })}
          />
        </div>
      </Section>
    </>
  );
}
