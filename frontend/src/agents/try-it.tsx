import { useNavigate } from '@tanstack/react-router';
import { RotateCcw, X } from 'lucide-react';
import { useState } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import type { ThreadId } from '#core/protocol/ids.ts';
import { usePlatform } from '../app/platform-context.ts';
import { ThreadScreen } from '../chat/thread-screen.tsx';
import { messageOf } from '../http/call-error.ts';
import { Button, IconButton } from '../kit/button.tsx';
import { EmptyState } from '../kit/page.tsx';

/** A thread with the agent beside its editor. It is a thread like any other, and stays in the list. */
export function TryIt({ agent }: { readonly agent: Agent }) {
  const { api } = usePlatform();
  const navigate = useNavigate();
  const [threadId, setThreadId] = useState<ThreadId | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function start(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      const thread = await api('POST /v1/threads', { body: { agentId: agent.id, title: `Trying ${agent.name}` } });
      setThreadId(thread.id);
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <aside
      aria-label={`Try ${agent.name}`}
      className="flex w-[min(28rem,42%)] shrink-0 flex-col border-line border-l bg-bg max-lg:hidden"
      data-testid="try-pane"
    >
      <div className="flex min-h-12 shrink-0 items-center gap-1 border-line border-b px-4">
        <h2 className="min-w-0 grow truncate font-medium text-sm">
          Try version {agent.version}
          <span className="font-normal text-muted"> as it is saved</span>
        </h2>
        {threadId && (
          <IconButton label="Begin a new trial" onClick={() => void start()} disabled={busy}>
            <RotateCcw size={16} />
          </IconButton>
        )}
        <IconButton
          label="Close the trial"
          onClick={() => void navigate({ to: '.', search: (now) => ({ ...now, trying: undefined }), replace: true })}
        >
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
    </aside>
  );
}
