import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import * as z from 'zod';
import { messageOf } from '../http/call-error.ts';
import { Button } from '../kit/button.tsx';
import { TextField } from '../kit/field.tsx';
import { TextButton } from '../kit/text-button.tsx';
import type { Account } from '../session/account.ts';
import { minPasswordLength } from './password.ts';

export type SignInMode = 'sign_in' | 'create';

interface SignInFormProps {
  readonly account: Account;
  readonly mode: SignInMode;
  /** Somebody who becomes permanent keeps everything; somebody who was signed out begins anew. */
  readonly isGuest: boolean;
  /** Where the link in the e-mail leads on to. */
  readonly next: string;
  readonly onDone: () => void;
}

const Credentials = z.object({
  email: z.string().trim().pipe(z.email('Write an e-mail address, such as ada@example.com.')),
  password: z.string().min(1, 'Write your password.'),
});
const NewCredentials = Credentials.extend({
  password: z
    .string()
    .min(minPasswordLength, `Take at least ${minPasswordLength} characters.`)
    .max(72, 'Take at most 72 characters.'),
});

export function SignInForm({ account, mode, isGuest, next, onDone }: SignInFormProps) {
  const creating = mode === 'create';
  const form = useForm<z.infer<typeof Credentials>>({
    resolver: zodResolver(creating ? NewCredentials : Credentials),
    defaultValues: { email: '', password: '' },
  });
  const { errors, isSubmitting } = form.formState;
  const [outcome, setOutcome] = useState<{ kind: 'failed' | 'sent'; text: string } | null>(null);

  async function submit(credentials: z.infer<typeof Credentials>): Promise<void> {
    setOutcome(null);
    try {
      if (!creating) await account.signIn(credentials);
      else {
        const result = isGuest
          ? await account.makePermanent(credentials, next)
          : await account.signUp(credentials, next);
        if (result === 'confirm_email') {
          setOutcome({ kind: 'sent', text: `Almost there: follow the link that we sent to ${credentials.email}.` });
          return;
        }
      }
      onDone();
    } catch (error) {
      setOutcome({ kind: 'failed', text: messageOf(error) });
    }
  }

  async function reset(): Promise<void> {
    if (!(await form.trigger('email'))) return;
    const email = form.getValues('email');
    try {
      await account.sendPasswordReset(email);
      setOutcome({ kind: 'sent', text: `If there is an account for ${email}, a link to it is in the mail.` });
    } catch (error) {
      setOutcome({ kind: 'failed', text: messageOf(error) });
    }
  }

  return (
    <form noValidate onSubmit={(event) => void form.handleSubmit(submit)(event)} className="flex w-full flex-col gap-4">
      <TextField
        label="E-mail address"
        type="email"
        autoComplete="username"
        error={errors.email?.message}
        data-testid="email"
        {...form.register('email')}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete={creating ? 'new-password' : 'current-password'}
        hint={creating ? `At least ${minPasswordLength} characters.` : undefined}
        error={errors.password?.message}
        data-testid="password"
        {...form.register('password')}
      />
      {outcome && (
        <p
          role={outcome.kind === 'failed' ? 'alert' : 'status'}
          className={`text-sm ${outcome.kind === 'failed' ? 'text-danger' : 'text-good'}`}
          data-testid="sign-in-outcome"
        >
          {outcome.text}
        </p>
      )}
      <Button kind="primary" type="submit" disabled={isSubmitting} className="min-h-10" data-testid="submit-sign-in">
        {creating ? 'Create account' : 'Sign in'}
      </Button>
      {!creating && (
        <div className="text-center">
          <TextButton onClick={() => void reset()}>Forgot your password?</TextButton>
        </div>
      )}
    </form>
  );
}
