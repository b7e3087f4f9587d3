import { useNavigate, useSearch } from '@tanstack/react-router';
import { RotateCcw, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import type { ThreadId } from '#core/protocol/ids.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useVeryWide } from '../app/use-wide.ts';
import { ThreadScreen } from '../chat/thread-screen.tsx';
import { messageOf } from '../http/call-error.ts';
import { Button, IconButton } from '../kit/button.tsx';
import { focusInside } from '../kit/dialog.tsx';
import { EmptyState } from '../kit/page.tsx';

/**
 * A thread with the agent, beside its editor or, where there is no room, on top of it. It is a thread like any other and stays
 * in the list; the address names it, so that it is there again after a reload.
 */
export function TryIt({ agent }: { readonly agent: Agent }) {
  const navigate = useNavigate();
  const beside = useVeryWide();
  const show = (trying: Trying | undefined) =>
    void navigate({ to: '.', search: (now) => ({ ...now, trying }), replace: true });
  const close = () => show(undefined);

  if (beside) {
    return (
      <aside
        aria-label={`Try ${agent.name}`}
        className="flex w-[min(28rem,42%)] shrink-0 flex-col border-line border-l bg-bg"
        data-testid="try-pane"
      >
        <Trial
          agent={agent}
          onShow={show}
          onClose={close}
          heading={(text) => <h2 className={headingLook}>{text}</h2>}
        />
      </aside>
    );
  }
  return (
    <Dialog.Root open onOpenChange={(open) => open || close()}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          tabIndex={-1}
          onOpenAutoFocus={focusInside}
          className="fade-in fixed inset-0 z-30 flex flex-col bg-bg outline-none pt-[env(safe-area-inset-top)] text-[15px] text-text"
          data-testid="try-pane"
        >
          <Trial
            agent={agent}
            onShow={show}
            onClose={close}
            heading={(text) => <Dialog.Title className={headingLook}>{text}</Dialog.Title>}
          />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const headingLook = 'min-w-0 grow truncate font-medium text-sm';

/** True before the first message; then the thread of the trial. */
type Trying = true | ThreadId;

interface TrialProps {
  readonly agent: Agent;
  readonly heading: (text: ReactNode) => ReactNode;
  readonly onShow: (trying: Trying) => void;
  readonly onClose: () => void;
}

function Trial({ agent, heading, onShow, onClose }: TrialProps) {
  const { api } = usePlatform();
  const { trying } = useSearch({ strict: false });
  const threadId = trying === true || trying === undefined ? null : trying;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function start(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      const thread = await api('POST /v1/threads', { body: { agentId: agent.id, title: `Trying ${agent.name}` } });
      onShow(thread.id);
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <div className="flex min-h-12 shrink-0 items-center gap-1 border-line border-b pr-2 pl-4">
        {heading(
          <>
            Try version {agent.version}
            <span className="font-normal text-muted"> as it is saved</span>
          </>,
        )}
        {threadId && (
          <IconButton label="Begin a new trial" onClick={() => void start()} disabled={busy}>
            <RotateCcw size={16} />
          </IconButton>
        )}
        <IconButton label="Close the trial" onClick={onClose} data-testid="close-trial">
          <X size={17} />
        </IconButton>
      </div>
      {threadId ? (
        <ThreadScreen key={threadId} threadId={threadId} embedded />
      ) : (
        <div className="flex grow items-center justify-center">
          <EmptyState
            title={`See how ${agent.name} answers`}
            action={
              <Button kind="primary" onClick={() => void start()} disabled={busy} data-testid="start-trial">
                Begin
              </Button>
            }
          >
            {problem ? (
              <span role="alert">{problem}</span>
            ) : (
              'Save what you change, and the next message gets the new version.'
            )}
          </EmptyState>
        </div>
      )}
    </>
  );
}
