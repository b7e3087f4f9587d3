import { zodResolver } from '@hookform/resolvers/zod';
import { useForm, useWatch } from 'react-hook-form';
import * as z from 'zod';
import { type Credential, CredentialProvider, CredentialScope } from '#core/protocol/credential.ts';
import { usePlatform } from '../app/platform-context.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { SelectField, TextField } from '../kit/field.tsx';
import { FormDialog } from '../kit/form-dialog.tsx';
import { RadioCards } from '../kit/radio-cards.tsx';
import { toast } from '../kit/toast.tsx';
import { providers } from './providers.ts';

interface CredentialDialogProps {
  readonly replaced: Credential | null;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

const Form = z
  .object({
    scope: CredentialScope,
    provider: CredentialProvider,
    label: z.string().trim().max(80),
    apiKey: z.string().trim(),
    baseUrl: z.string().trim(),
  })
  .superRefine(({ provider, apiKey, baseUrl }, context) => {
    const needs = providers[provider];
    if (needs.apiKey === 'required' && apiKey === '')
      context.addIssue({ code: 'custom', path: ['apiKey'], message: 'Paste the key.' });
    if (needs.baseUrl === 'required' && baseUrl === '')
      context.addIssue({ code: 'custom', path: ['baseUrl'], message: 'Write the address of the server.' });
  });
type Fields = z.output<typeof Form>;
const isField = (path: string): path is keyof Fields => ['provider', 'label', 'apiKey', 'baseUrl'].includes(path);

export function CredentialDialog({ replaced, onSaved, onClose }: CredentialDialogProps) {
  const { api } = usePlatform();
  const { id: workspaceId, role } = useThisWorkspace();
  const manages = mayManage(role);
  const form = useForm<Fields>({
    resolver: zodResolver(Form),
    defaultValues: {
      scope: replaced?.scope ?? (manages ? 'workspace' : 'user'),
      provider: replaced?.provider ?? 'openai',
      label: replaced?.label ?? '',
      apiKey: '',
      baseUrl: replaced?.baseUrl ?? '',
    },
  });
  const provider = providers[useWatch({ control: form.control, name: 'provider' })];
  const { errors } = form.formState;

  async function save({ label, apiKey, baseUrl, ...rest }: Fields): Promise<void> {
    await api('POST /v1/credentials', {
      body: { ...rest, workspaceId, ...(label && { label }), ...(apiKey && { apiKey }), ...(baseUrl && { baseUrl }) },
    });
    onSaved();
    toast.done(`${provider.name} takes the key. It works from the next run on.`);
    onClose();
  }

  return (
    <FormDialog
      title={replaced ? `Replace the key of ${provider.name}` : 'Add a key'}
      description="It is tried with the provider first, and kept encrypted."
      form={form}
      onSubmit={save}
      onClose={onClose}
      action="Try and save"
      busyAction="Trying it…"
      isField={isField}
      testId="credential-dialog"
      submitTestId="credential-submit"
    >
      <SelectField
        label="Provider"
        disabled={replaced !== null}
        data-testid="credential-provider"
        {...form.register('provider')}
      >
        {CredentialProvider.options.map((each) => (
          <option key={each} value={each}>
            {providers[each].name}
          </option>
        ))}
      </SelectField>
      {manages && !replaced && (
        <RadioCards
          legend="Whose is it?"
          options={[
            { value: 'workspace', title: 'The workspace’s', text: 'Everybody’s runs work with it.' },
            { value: 'user', title: 'Mine', text: 'Only my runs here work with it.' },
          ]}
          {...form.register('scope')}
        />
      )}
      <TextField
        label={provider.apiKey === 'required' ? 'API key' : 'API key, if it needs one'}
        type="password"
        autoComplete="new-password"
        spellCheck={false}
        hint={provider.keysAt ? `You get one at ${provider.keysAt}.` : undefined}
        error={errors.apiKey?.message}
        data-testid="credential-key"
        {...form.register('apiKey')}
      />
      <TextField
        label={provider.baseUrl === 'required' ? 'Address of the server' : 'Another address, if not its own'}
        type="url"
        placeholder={provider.baseUrlExample}
        error={errors.baseUrl?.message}
        data-testid="credential-url"
        {...form.register('baseUrl')}
      />
      <TextField
        label="Label"
        placeholder="Production"
        hint="To tell keys apart. It may stay empty."
        error={errors.label?.message}
        {...form.register('label')}
      />
    </FormDialog>
  );
}
