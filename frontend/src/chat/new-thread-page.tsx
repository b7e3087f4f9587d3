import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Header } from '../app/header.tsx';
import { usePlatform } from '../app/platform-context.ts';
import { usePageTitle } from '../app/use-page-title.ts';
import { useAgents, useWorkspace } from '../app/use-workspace.ts';
import { AgentPicker } from '../composer/agent-picker.tsx';
import { Composer } from '../composer/composer.tsx';
import { useChosenAgent } from '../composer/use-chosen-agent.ts';
import { useDraft } from '../composer/use-draft.ts';
import { untitled } from '../format/title.ts';
import { Button } from '../kit/button.tsx';
import { entriesOf } from '../state/outbox.ts';
import { useStore } from '../state/use-store.ts';
import { Conversation } from './conversation.tsx';
import { ModelNotice } from './model-notice.tsx';
import { NobodyHere } from './nobody-here.tsx';
import { PendingMessage } from './pending-message.tsx';
import { Welcome } from './welcome.tsx';

/** Where a thread begins. It gets its address with its first message. */
export function NewThreadPage() {
  const { outbox } = usePlatform();
  const workspace = useWorkspace();
  const agents = useAgents();
  const { agent, choose } = useChosenAgent(agents.data);
  const pending = entriesOf(useStore(outbox.entries), null);
  const draft = useDraft(null);

  usePageTitle(null);
  useFollowIntoThread();

  function send(text: string): void {
    if (agent) outbox.add({ target: { agentId: agent.id }, request: { input: { text } } });
  }

  const failed = workspace.isError || agents.isError;

  function holdUp(): string | null {
    if (pending.some(({ state }) => state.status === 'failed')) return 'Your first message was not sent yet';
    if (pending.length > 0) return 'Your first message is on its way';
    if (agent) return null;
    if (failed) return 'Your agents could not be loaded';
    return agents.data ? 'There is no agent to send it to' : 'Will be sent when your agents are loaded';
  }

  return (
    <>
      <Header title={untitled} agentName={agent?.name} />
      <Conversation sentKey={pending.at(-1)?.clientRequestId}>
        {failed && <AgentsFailed onRetry={() => void (workspace.isError ? workspace.refetch() : agents.refetch())} />}
        {!failed && agents.data?.length === 0 && <NobodyHere />}
        {agent && pending.length === 0 && <Welcome agent={agent} onSend={send} />}
        {pending.map((entry) => (
          <PendingMessage key={entry.clientRequestId} entry={entry} onEdit={draft.takeBack} />
        ))}
      </Conversation>
      <Composer
        draft={draft}
        placeholder={agent ? `Message ${agent.name}` : 'Message'}
        holdUp={holdUp()}
        onSend={send}
        leading={agent && <AgentPicker agents={agents.data ?? []} agent={agent} onChoose={choose} />}
        footer={<ModelNotice agentId={agent?.id} />}
      />
    </>
  );
}

/** When the server has taken the first message, goes on in the thread that it made. */
function useFollowIntoThread(): void {
  const { outbox, drafts } = usePlatform();
  const navigate = useNavigate();
  const entries = useStore(outbox.entries);
  const seen = useRef(new Set<string>());

  useEffect(() => {
    for (const { clientRequestId, target, state } of entries) {
      if ('agentId' in target) seen.current.add(clientRequestId);
      else if (state.status === 'accepted' && seen.current.has(clientRequestId)) {
        // What was written meanwhile belongs to the conversation that has begun.
        drafts.set(target.threadId, drafts.get(null));
        drafts.set(null, '');
        void navigate({ to: '/t/$threadId', params: { threadId: target.threadId }, replace: true });
      }
    }
  }, [entries, drafts, navigate]);
}

function AgentsFailed({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-center gap-3 py-16 text-center text-muted">
      <p>Your agents could not be loaded.</p>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  );
}
