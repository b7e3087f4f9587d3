import { useEffect, useMemo } from 'react';
import type { ThreadId } from '#core/protocol/ids.ts';
import { Header } from '../app/header.tsx';
import { NotFound } from '../app/not-found.tsx';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { useAgentName } from '../app/use-workspace.ts';
import { Composer } from '../composer/composer.tsx';
import { useDraft } from '../composer/use-draft.ts';
import { titleOf } from '../format/title.ts';
import { Button } from '../kit/button.tsx';
import { entriesOf, unshown } from '../state/outbox.ts';
import type { ThreadState } from '../state/thread-store.ts';
import { turnsOf } from '../state/turns.ts';
import { useStore } from '../state/use-store.ts';
import { Announcer } from './announcer.tsx';
import { Conversation } from './conversation.tsx';
import { LoadingMessages } from './loading-messages.tsx';
import { ModelNotice } from './model-notice.tsx';
import { PendingMessage } from './pending-message.tsx';
import { ThreadTurns } from './thread-turns.tsx';
import { useStopRun } from './use-stop-run.ts';

export function ThreadScreen({ threadId }: { readonly threadId: ThreadId }) {
  const { outbox, threads } = usePlatform();
  const store = useMemo(() => threads.get(threadId), [threads, threadId]);
  const state = useStore(store.state);
  const view = state.status === 'ready' ? state.view : null;
  const entries = entriesOf(useStore(outbox.entries), threadId);
  const pending = view ? unshown(entries, view) : entries;
  const agentName = useAgentName(view?.thread?.agentId);
  const title = view ? titleOf(view.thread) : '';
  const turns = useMemo(() => (view ? turnsOf(view) : []), [view]);
  const live = turns.find((turn) => turn.phase === 'live')?.run;
  const { stop, stopping, problem } = useStopRun(live?.id);
  const draft = useDraft(threadId);

  usePageTitle(title || null);
  useEffect(() => {
    if (view) outbox.settle(view);
  }, [outbox, view]);

  if (state.status === 'not_found') return <NotFound title="This thread is not here" />;
  if (view?.deleted) return <NotFound title="This thread was deleted" text="It was deleted, here or in another tab." />;

  return (
    <>
      <Header title={title} agentName={agentName} />
      <Conversation
        firstKey={turns[0]?.id}
        sentKey={entries.at(-1)?.clientRequestId}
        onNearTop={() => void store.loadOlder()}
      >
        <ThreadBody state={state} turns={turns} agentName={agentName} onLoadOlder={store.loadOlder} />
        {state.status === 'loading' && pending.length === 0 && <LoadingMessages />}
        {state.status === 'failed' && <LoadFailed message={state.message} onRetry={store.reload} />}
        {pending.map((entry) => (
          <PendingMessage key={entry.clientRequestId} entry={entry} onEdit={draft.takeBack} />
        ))}
      </Conversation>
      <Composer
        draft={draft}
        placeholder={`Message ${agentName || 'the agent'}`}
        problem={problem}
        busy={live !== undefined}
        stopping={stopping}
        onStop={stop}
        onSend={(text) => outbox.add({ target: { threadId }, request: { input: { text } }, afterSeq: view?.seq ?? 0 })}
        footer={<ModelNotice agentId={view?.thread?.agentId} model={live && noteOf(state, live.id)} />}
      />
      <Announcer turns={turns} agentName={agentName || 'The agent'} />
    </>
  );
}

interface ThreadBodyProps {
  readonly state: ThreadState;
  readonly turns: ReturnType<typeof turnsOf>;
  readonly agentName: string;
  readonly onLoadOlder: () => Promise<void>;
}

function ThreadBody({ state, turns, agentName, onLoadOlder }: ThreadBodyProps) {
  if (state.status !== 'ready') return null;
  const { older, notes, view } = state;
  return (
    <>
      {older.status !== 'none' && (
        <div className="flex justify-center">
          <Button kind="quiet" disabled={older.status === 'loading'} onClick={() => void onLoadOlder()}>
            {older.status === 'loading'
              ? 'Loading earlier messages'
              : older.status === 'failed'
                ? 'That failed. Load earlier messages again'
                : 'Load earlier messages'}
          </Button>
        </div>
      )}
      {turns.length === 0 && <p className="py-10 text-center text-muted">Nothing has been said here yet.</p>}
      <ThreadTurns turns={turns} view={view} notes={notes} agentName={agentName} />
    </>
  );
}

function LoadFailed({ message, onRetry }: { readonly message: string; readonly onRetry: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center gap-3 py-16 text-center text-muted">
      <p>This thread could not be loaded. {message}</p>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  );
}

const noteOf = (state: ThreadState, runId: NonNullable<ReturnType<typeof turnsOf>[number]['run']>['id']) =>
  state.status === 'ready' ? state.notes.models[runId] : undefined;
