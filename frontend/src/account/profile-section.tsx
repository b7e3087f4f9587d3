import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import * as z from 'zod';
import { type Me, MeChange } from '#core/protocol/person.ts';
import { messageOf } from '../http/call-error.ts';
import { Avatar } from '../kit/avatar.tsx';
import { Button } from '../kit/button.tsx';
import { Actions } from '../kit/dialog.tsx';
import { TextField } from '../kit/field.tsx';
import { Section } from '../kit/page.tsx';
import { toast } from '../kit/toast.tsx';
import { useChangeMe } from './use-change-me.ts';

const ProfileForm = z.object({
  name: MeChange.shape.name.unwrap(),
  avatarUrl: z.union([z.literal('').transform(() => null), MeChange.shape.avatarUrl.unwrap()]),
});

/** What others in one's workspaces see. */
export function ProfileSection({ me }: { readonly me: Me }) {
  const changeMe = useChangeMe();
  const form = useForm<z.input<typeof ProfileForm>, unknown, z.output<typeof ProfileForm>>({
    resolver: zodResolver(ProfileForm),
    values: { name: me.name ?? '', avatarUrl: me.avatarUrl ?? '' },
  });
  const { errors, isDirty, isSubmitting } = form.formState;

  async function save(profile: z.output<typeof ProfileForm>): Promise<void> {
    try {
      await changeMe(profile);
      toast.done('Your profile is saved.');
    } catch (error) {
      form.setError('root', { message: messageOf(error) });
    }
  }

  return (
    <Section title="Profile" text="What others in your workspaces see.">
      <form noValidate onSubmit={(event) => void form.handleSubmit(save)(event)} className="flex flex-col gap-4">
        <div className="flex items-start gap-4">
          <Avatar name={me.name ?? me.email ?? 'Guest'} avatar={me.avatarUrl} size="large" round />
          <TextField
            label="Name"
            autoComplete="name"
            className="grow"
            error={errors.name && 'Write a name of at most 120 characters.'}
            data-testid="profile-name"
            {...form.register('name')}
          />
        </div>
        <TextField
          label="Picture"
          type="url"
          placeholder="https://…"
          hint="The address of a picture. Empty: your initials."
          error={errors.avatarUrl && 'Write an address that begins with https://.'}
          {...form.register('avatarUrl')}
        />
        {errors.root && (
          <p role="alert" className="text-danger text-sm">
            {errors.root.message}
          </p>
        )}
        <Actions>
          <Button kind="primary" type="submit" disabled={!isDirty || isSubmitting} data-testid="save-profile">
            Save
          </Button>
        </Actions>
      </form>
    </Section>
  );
}
