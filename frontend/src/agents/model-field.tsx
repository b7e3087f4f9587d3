import { useFormContext, useWatch } from 'react-hook-form';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { Field, fieldLook, Select } from '../kit/field.tsx';
import { useModels } from '../settings/use-models.ts';
import type { AgentFields } from './agent-form.ts';

/** The models that the workspace has a key for; any other can be written by its id, and is refused when there is none like it. */
export function ModelField() {
  const { id: workspaceId } = useThisWorkspace();
  const { register, control, setValue, formState } = useFormContext<AgentFields>();
  const model = useWatch({ control, name: 'model' }) ?? 'default';
  const providers = useModels(workspaceId).data ?? [];
  const listed = model === 'default' || providers.some(({ models }) => models.some(({ id }) => id === model));

  return (
    <Field
      label="Model"
      error={formState.errors.model?.message}
      hint="From the list, or as provider/model, such as openai-compatible/my-model. Short names such as sonnet are taken too."
    >
      {(attributes) => (
        <div className="flex flex-wrap gap-2">
          <Select
            aria-label="Choose a model"
            className="w-auto! min-w-52 grow basis-52"
            value={listed ? model : ''}
            onChange={(event) => {
              if (event.target.value)
                setValue('model', event.target.value, { shouldDirty: true, shouldValidate: true });
            }}
          >
            <option value="">Another one</option>
            <option value="default">The model of this deployment</option>
            {providers
              .filter(({ models }) => models.length > 0)
              .map(({ provider, label, models }) => (
                <optgroup key={provider} label={label}>
                  {models.map(({ id }) => (
                    <option key={id} value={id}>
                      {id.slice(provider.length + 1)}
                    </option>
                  ))}
                </optgroup>
              ))}
          </Select>
          <input
            {...attributes}
            type="text"
            spellCheck={false}
            autoCapitalize="none"
            className={`${fieldLook} min-h-10 w-auto! min-w-52 grow basis-52 font-mono text-[13px]! max-md:text-base! pointer-coarse:min-h-11`}
            data-testid="agent-model"
            {...register('model')}
          />
        </div>
      )}
    </Field>
  );
}
