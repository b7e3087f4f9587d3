import { useEffect, useMemo, useState } from 'react';
import type { AgentId, ThreadId } from '#core/protocol/ids.ts';
import { liveRuns } from '#core/protocol/thread-view.ts';
import { Header } from '../app/header.tsx';
import { NotFound } from '../app/not-found.tsx';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { useAgents } from '../app/use-workspace.ts';
import { AgentPicker } from '../composer/agent-picker.tsx';
import { Composer, type Delivery } from '../composer/composer.tsx';
import { useDraft } from '../composer/use-draft.ts';
import { titleOf } from '../format/title.ts';
import { Button } from '../kit/button.tsx';
import { EmptyState } from '../kit/page.tsx';
import { entriesOf, type OutboxEntry, unshown } from '../state/outbox.ts';
import { withPending } from '../state/pending-turns.ts';
import type { ThreadState } from '../state/thread-store.ts';
import { agentOf, runToFollow, type Turn, turnsOf } from '../state/turns.ts';
import { useStore } from '../state/use-store.ts';
import { Announcer } from './announcer.tsx';
import { Conversation } from './conversation.tsx';
import { LoadingMessages } from './loading-messages.tsx';
import { ModelNotice } from './model-notice.tsx';
import { OtherBranchRow } from './other-branch-row.tsx';
import { PendingMessage } from './pending-message.tsx';
import { ThreadContext } from './thread-context.ts';
import { ThreadCost } from './thread-cost.tsx';
import { ThreadTurns } from './thread-turns.tsx';
import { useBranchChoice } from './use-branch-choice.ts';
import { useStopRun } from './use-stop-run.ts';
import { useThreadActions } from './use-thread-actions.ts';

interface ThreadScreenProps {
  readonly threadId: ThreadId;
  /** It stands beside something else on a page that has its own header and title. */
  readonly embedded?: boolean;
}

export function ThreadScreen({ threadId, embedded = false }: ThreadScreenProps) {
  const { outbox, threads } = usePlatform();
  const store = useMemo(() => threads.get(threadId), [threads, threadId]);
  const state = useStore(store.state);
  const view = state.status === 'ready' ? state.view : null;
  const outboxEntries = useStore(outbox.entries);
  const entries = useMemo(() => entriesOf(outboxEntries, threadId), [outboxEntries, threadId]);
  const pending = view ? unshown(entries, view) : entries;
  const { choice, choose } = useBranchChoice(threadId, view, entries);
  const read = useMemo(() => (view ? turnsOf(view, choice) : []), [view, choice]);
  const { turns, messages, steers } = withPending(read, pending);
  const thread = useThreadActions(threadId, view, choose);
  const agents = useAgents().data ?? [];
  const [chosen, setChosen] = useState<AgentId | null>(null);
  const agentId = chosen ?? (view ? agentOf(view, read) : undefined);
  const agent = agents.find(({ id }) => id === agentId);
  const agentName = thread.nameOf(agentId);
  const live = read.find((turn) => turn.phase === 'live')?.run;
  const elsewhere = view && !live ? liveRuns(view)[0] : undefined;
  const { stop, stopping, problem } = useStopRun(live?.id);
  const draft = useDraft(threadId);
  const title = view ? titleOf(view.thread) : '';

  usePageTitle(title || null, !embedded);
  useEffect(() => {
    if (view) outbox.settle(view);
  }, [outbox, view]);

  function send(text: string, delivery: Delivery): void {
    // What is on its way will be the newest by then, and this comes after it.
    const after = view && pending.length === 0 ? runToFollow(view, read) : undefined;
    const place = { ...(after && { after }), ...(chosen && { agentId: chosen }) };
    const request = { input: { text }, ...(delivery === 'steer' && live ? { delivery } : place) };
    if (delivery !== 'steer') setChosen(null);
    outbox.add({ target: { threadId }, request, afterSeq: view?.seq ?? 0 });
  }

  if (state.status === 'not_found') return <Gone title="This thread is not here" embedded={embedded} />;
  if (view?.deleted) {
    const text = 'It was deleted, here or in another tab.';
    return <Gone title="This thread was deleted" text={text} embedded={embedded} />;
  }

  return (
    <ThreadContext value={thread}>
      {!embedded && (
        <Header title={title} agentName={agentName}>
          {view && <ThreadCost threadId={threadId} view={view} />}
        </Header>
      )}
      <Conversation
        firstKey={state.status === 'ready' && 'cursor' in state.older ? state.older.cursor : 'beginning'}
        sentKey={entries.at(-1)?.clientRequestId}
        onNearTop={() => void store.loadOlder()}
      >
        <ThreadBody
          state={state}
          turns={turns}
          steers={steers}
          isEmpty={turns.length === 0 && messages.length === 0}
          onTakeBack={draft.takeBack}
          onLoadOlder={store.loadOlder}
        />
        {state.status === 'loading' && pending.length === 0 && <LoadingMessages />}
        {state.status === 'failed' && <LoadFailed message={state.message} onRetry={store.reload} />}
        {messages.map((entry) => (
          <PendingMessage key={entry.clientRequestId} entry={entry} onEdit={draft.takeBack} />
        ))}
        {elsewhere && <OtherBranchRow run={elsewhere} />}
      </Conversation>
      <Composer
        draft={draft}
        placeholder={`Message ${agentName || 'the agent'}`}
        problem={problem}
        busy={live !== undefined}
        stopping={stopping || live?.cancelling === true}
        onStop={stop}
        onSend={send}
        leading={
          !embedded && agent && agents.length > 1 && <AgentPicker agents={agents} agent={agent} onChoose={setChosen} />
        }
        footer={
          <ModelNotice
            agentId={agentId}
            model={live && state.status === 'ready' ? state.notes.models[live.id] : undefined}
          />
        }
      />
      <Announcer turns={read} nameOf={thread.nameOf} />
    </ThreadContext>
  );
}

interface GoneProps {
  readonly title: string;
  readonly text?: string;
  readonly embedded: boolean;
}

const Gone = ({ embedded, ...words }: GoneProps) =>
  embedded ? <EmptyState title={words.title}>{words.text}</EmptyState> : <NotFound {...words} />;

interface ThreadBodyProps {
  readonly state: ThreadState;
  readonly turns: readonly Turn[];
  readonly steers: readonly OutboxEntry[];
  readonly isEmpty: boolean;
  readonly onTakeBack: (text: string) => void;
  readonly onLoadOlder: () => Promise<void>;
}

function ThreadBody({ state, turns, steers, isEmpty, onTakeBack, onLoadOlder }: ThreadBodyProps) {
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
      {isEmpty && <p className="py-10 text-center text-muted">Nothing has been said here yet.</p>}
      <ThreadTurns turns={turns} steers={steers} onTakeBack={onTakeBack} view={view} notes={notes} />
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
