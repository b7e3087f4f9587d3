import { zodResolver } from '@hookform/resolvers/zod';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import * as z from 'zod';
import { type InvitationMailState, InvitedRole } from '#core/protocol/workspace.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { Button } from '../kit/button.tsx';
import { Actions, Dialog } from '../kit/dialog.tsx';
import { SelectField, TextField } from '../kit/field.tsx';
import { FormDialog } from '../kit/form-dialog.tsx';
import { OnceShown } from '../kit/once-shown.tsx';
import { RadioCards } from '../kit/radio-cards.tsx';
import { invitationLink } from '../workspace/invitation-link.ts';

interface InviteDialogProps {
  readonly onInvited: () => void;
  readonly onClose: () => void;
}

const Form = z.object({
  email: z
    .string()
    .trim()
    .pipe(z.union([z.literal(''), z.email('Write an e-mail address, or leave it empty.')])),
  role: InvitedRole,
  expiresInDays: z.coerce.number<string>().int(),
});

/** Whether they are told by mail, or somebody has to send them the link. */
function howToInvite({ email, mail }: { email: string; mail: InvitationMailState }): string {
  switch (mail) {
    case 'queued':
      return `${email} gets a mail within a minute or two. This link works as well: once, for an account with that address.`;
    case 'not_configured':
      return `No mail is sent from here. Send this link to ${email} yourself: it works once, for an account with that address.`;
    case 'too_many':
      return `You have had 50 mails sent within a day, so none is sent. Send this link to ${email} yourself: it works once, for an account with that address.`;
    case 'no_address':
      return 'Send this link to one person. Whoever opens it first can join, once.';
  }
}

export function InviteDialog({ onInvited, onClose }: InviteDialogProps) {
  const { api } = usePlatform();
  const workspace = useThisWorkspace();
  const [made, setMade] = useState<{ link: string; email: string; mail: InvitationMailState } | null>(null);
  const form = useForm<z.input<typeof Form>, unknown, z.output<typeof Form>>({
    resolver: zodResolver(Form),
    defaultValues: { email: '', role: 'member', expiresInDays: '7' },
  });
  const { errors } = form.formState;

  async function invite({ email, ...rest }: z.output<typeof Form>): Promise<void> {
    const { token, mail } = await api('POST /v1/workspaces/{workspaceId}/invitations', {
      path: { workspaceId: workspace.id },
      body: { ...rest, ...(email && { email }) },
    });
    setMade({ link: invitationLink(token), email, mail });
    onInvited();
  }

  if (made) {
    return (
      <Dialog title="The invitation is ready" description={howToInvite(made)} onClose={onClose} testId="invite-dialog">
        <OnceShown label="Invitation link" text={made.link} testId="invitation-link" />
        <Actions className="mt-3">
          <Button kind="primary" onClick={onClose} data-testid="invite-done">
            Done
          </Button>
        </Actions>
      </Dialog>
    );
  }
  return (
    <FormDialog
      title={`Invite to ${workspace.name}`}
      form={form}
      onSubmit={invite}
      onClose={onClose}
      action="Create invitation"
      testId="invite-dialog"
      submitTestId="invite-submit"
    >
      <TextField
        label="E-mail address"
        type="email"
        autoComplete="off"
        placeholder="ben@example.com"
        hint="Leave it empty for a link that anybody can use, once."
        error={errors.email?.message}
        data-testid="invite-email"
        {...form.register('email')}
      />
      <RadioCards
        legend="Role"
        options={[
          { value: 'member', title: 'Member', text: 'Works with the agents and has threads.' },
          { value: 'admin', title: 'Admin', text: 'Also manages people, agents, keys and budgets.' },
        ]}
        {...form.register('role')}
      />
      <SelectField label="Open for" {...form.register('expiresInDays')}>
        <option value="1">1 day</option>
        <option value="7">7 days</option>
        <option value="30">30 days</option>
      </SelectField>
    </FormDialog>
  );
}
