import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import * as z from 'zod';
import type { Me } from '#core/protocol/person.ts';
import { usePlatform } from '../app/platform-context.ts';
import { messageOf } from '../http/call-error.ts';
import { Button } from '../kit/button.tsx';
import { TextField } from '../kit/field.tsx';
import { Section } from '../kit/page.tsx';
import { toast } from '../kit/toast.tsx';
import { minPasswordLength } from './password.ts';
import { ProviderButtons } from './provider-buttons.tsx';
import { providerNames } from './provider-names.ts';

/** The ways into the account. */
export function SignInSection({ me }: { readonly me: Me }) {
  const { config, session } = usePlatform();
  const linked = new Set(me.identities.map(({ provider }) => provider));
  const more = config.authProviders.filter((provider) => !linked.has(provider));
  const names: Readonly<Record<string, string>> = { email: 'E-mail and password', ...providerNames };
  return (
    <Section title="Signing in" text="The ways into your account.">
      <ul className="mb-4 flex flex-col gap-1 text-sm">
        {me.identities.map(({ provider, email }) => (
          <li key={provider} className="flex flex-wrap gap-x-2">
            <span className="font-medium">{names[provider] ?? provider}</span>
            {email && <span className="text-muted">{email}</span>}
          </li>
        ))}
      </ul>
      {more.length > 0 && (
        <div className="mb-4 max-w-sm">
          <ProviderButtons account={session.account} providers={more} link next="/account" />
        </div>
      )}
      <PasswordForm />
    </Section>
  );
}

const Password = z.object({
  password: z.string().min(minPasswordLength, `Take at least ${minPasswordLength} characters.`).max(72),
});

function PasswordForm() {
  const { account } = usePlatform().session;
  const form = useForm({ resolver: zodResolver(Password), defaultValues: { password: '' } });
  const { errors, isSubmitting } = form.formState;

  async function change({ password }: z.output<typeof Password>): Promise<void> {
    try {
      await account.changePassword(password);
      form.reset();
      toast.done('Your password is changed.');
    } catch (error) {
      form.setError('password', { message: messageOf(error) });
    }
  }

  return (
    <form
      noValidate
      onSubmit={(event) => void form.handleSubmit(change)(event)}
      className="flex flex-wrap items-start gap-3"
    >
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        className="min-w-56 grow"
        hint={`At least ${minPasswordLength} characters.`}
        error={errors.password?.message}
        {...form.register('password')}
      />
      <Button type="submit" disabled={isSubmitting} className="mt-6.5 min-h-10">
        Change password
      </Button>
    </form>
  );
}
