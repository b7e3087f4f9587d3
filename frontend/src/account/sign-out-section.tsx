import { useState } from 'react';
import { usePlatform } from '../app/platform-context.ts';
import { messageOf } from '../http/call-error.ts';
import { Button } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { Section } from '../kit/page.tsx';
import { toast } from '../kit/toast.tsx';

export function SignOutSection() {
  const { api, session } = usePlatform();
  const [asking, setAsking] = useState(false);

  async function everywhere(): Promise<void> {
    await api('POST /v1/me/sign-out-everywhere', {});
    await session.account.signOut();
  }

  return (
    <Section
      title="Sign out"
      text="Everywhere: on every device and in every tab, at once. Do so when you have lost a device."
      action={
        <div className="flex flex-wrap gap-2">
          <Button
            onClick={() => void session.account.signOut().catch((error: unknown) => toast.failed(messageOf(error)))}
          >
            Sign out here
          </Button>
          <Button onClick={() => setAsking(true)} data-testid="sign-out-everywhere">
            Sign out everywhere
          </Button>
        </div>
      }
    >
      {asking && (
        <ConfirmDialog
          title="Sign out everywhere?"
          action="Sign out everywhere"
          onConfirm={everywhere}
          onClose={() => setAsking(false)}
        >
          This page too. What agents are working on goes on.
        </ConfirmDialog>
      )}
    </Section>
  );
}
